import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Credentials } from '../../verify/credentials.ts';
import { codesOf, oneTimeCode } from '../../verify/login/one-time-code.ts';
import type { Report } from '../../verify/report/report.ts';
import { executablePath } from '../browser/chromium.ts';
import { type Deployment, failuresIn, reportOf, startDeployment } from './support/deployment.ts';
import { type OriginMap, type Relay, startRelay } from './support/relay.ts';
import { runCommand } from './support/run-command.ts';
import { type SecondFactor, secondFactor, totpKey } from './support/second-factor.ts';

/** Login pages as they are elsewhere: a second factor, and nothing but scripts in the source. */

let deployment: Deployment;
let relays: readonly Relay[] = [];
beforeAll(async () => {
  deployment = await startDeployment();
});
afterEach(() => Promise.all(relays.map((relay) => relay.close())));
afterAll(() => deployment.local.close());

const person = (): Credentials => {
  const { username = '', password = '' } = deployment.credentials;
  return { username, password };
};

const startBehind = async (factor: SecondFactor): Promise<URL> => {
  const origins: OriginMap = [];
  const { local } = deployment;
  const idp = await startRelay(local.simulator.domain, origins, factor);
  const edge = await startRelay(local.origin, origins);
  relays = [idp, edge];
  return new URL(`${edge.origin}/mcp`);
};

const skippedOf = ({ results }: Report): readonly string[] =>
  results.flatMap(({ groupId, outcome }) =>
    groupId === 'login' && outcome.kind === 'skipped' ? [outcome.why] : [],
  );

describe('a login with a second factor', () => {
  it('is walked with the key of an authenticator, and once, because a code works once', async () => {
    const factor = secondFactor({ isScripted: false });
    const url = await startBehind(factor);
    const report = await reportOf({ url, credentials: { ...person(), totpKey } });
    expect(failuresIn(report)).toEqual([]);
    expect(skippedOf(report)).toEqual([]);
    expect(factor.codes).toHaveLength(1);
  });

  it('says what it takes where the key is not there, because nobody else knows', async () => {
    const url = await startBehind(secondFactor({ isScripted: false }));
    const report = await reportOf({ url, credentials: person() });
    expect(failuresIn(report)).toEqual([
      'a-person-can-sign-in: the login asks for a one-time code: give the key (VERIFY_TOTP_KEY) (expected a code, and a token for it)',
    ]);
  });
});

describe('a login that is made by scripts', () => {
  it('says that it takes a real browser, because its source holds no form', async () => {
    const url = await startBehind(secondFactor({ isScripted: true }));
    const report = await reportOf({ url, credentials: { ...person(), totpKey } });
    expect(failuresIn(report)).toEqual([
      expect.stringMatching(
        /^a-person-can-sign-in: .*needs scripts and a real browser \(--browser\)/,
      ),
    ]);
  });

  it('ends with exit code 2 where the browser is not there, because nothing was tried', async () => {
    const { mcpUrl } = deployment.local;
    const argv = [mcpUrl, '--username', 'alice', '--browser', '/no/such/program'];
    const { password } = person();
    const ran = await runCommand(argv, { environment: { VERIFY_PASSWORD: password } });
    expect(ran).toMatchObject({
      exitCode: 2,
      printed: '',
      errors: 'cannot verify: the browser could not be started: /no/such/program\n',
    });
  });
});

describe.skipIf(!executablePath)('a login in Chromium', { timeout: 60_000 }, () => {
  const browser = executablePath ?? '';

  it('goes through scripts and second factor to the very end, because many providers have such pages', async () => {
    const factor = secondFactor({ isScripted: true });
    const url = await startBehind(factor);
    const report = await reportOf({ url, browser, credentials: { ...person(), totpKey } });
    expect(failuresIn(report)).toEqual([]);
    expect(skippedOf(report)).toEqual([]);
    expect(factor.codes).toHaveLength(1);
  });

  it('keeps sign-ins apart without a second factor, because each is another person’s browser', async () => {
    const url = new URL(deployment.local.mcpUrl);
    const report = await reportOf({ url, browser, credentials: person() });
    expect(failuresIn(report)).toEqual([]);
    expect(skippedOf(report)).toEqual([]);
  });

  it('tries a wrong password once, because accounts lock', async () => {
    const url = new URL(deployment.local.mcpUrl);
    const credentials = { username: 'alice', password: 'not-the-password' };
    const report = await reportOf({ url, browser, credentials, limits: { timeoutMs: 5000 } });
    expect(failuresIn(report)).toEqual([
      expect.stringMatching(/^a-person-can-sign-in: the login page came back: a wrong password\?/),
    ]);
  });
});

describe.skipIf(!executablePath)('the program as it is published', { timeout: 60_000 }, () => {
  it('signs in with a browser and credentials from a real pipe, because minified code runs in the page too', async () => {
    const factor = secondFactor({ isScripted: true });
    const url = await startBehind(factor);
    const directory = await mkdtemp(join(tmpdir(), 'cdk-secure-mcp-'));
    const outfile = join(directory, 'verify.mjs');
    await build({
      entryPoints: ['bin/verify.ts'],
      outfile,
      bundle: true,
      minify: true,
      platform: 'node',
      format: 'esm',
      target: 'node20.19',
    });
    const program = spawn(process.execPath, [
      ...[outfile, url.href, '--credentials', '--json'],
      ...['--browser', executablePath ?? ''],
    ]);
    const printed = text(program.stdout);
    const [user, machine] = [{ ...person(), totpKey }, deployment.local.machineClient];
    const { clientId: machineId, clientSecret: machineSecret } = machine;
    program.stdin.end(`${JSON.stringify(user)}\n${JSON.stringify({ machineId, machineSecret })}\n`);
    const [exitCode] = await once(program, 'exit');
    const report = JSON.parse(await printed);
    expect(report.counts).toMatchObject({ failed: 0, advice: 0 });
    expect(exitCode).toBe(0);
    const resultOf = (id: string) =>
      report.checks.find((check: { readonly id: string }) => check.id === id)?.result;
    expect(['a-person-can-sign-in', 'a-machine-gets-a-token'].map(resultOf)).toEqual([
      'passed',
      'passed',
    ]);
  });
});

describe('one-time codes', () => {
  // RFC 6238, appendix B, the last six of eight digits.
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at %i s are %s', (seconds, code) => {
    const step = Math.floor(seconds / 30);
    expect(oneTimeCode('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', step)).toBe(code);
  });

  it('wait for the next one instead of using one twice, because servers refuse that', async () => {
    let time = 1_000_000;
    const waited: number[] = [];
    const next = codesOf(
      totpKey,
      () => time,
      async (ms) => {
        waited.push(ms);
        time += ms;
      },
    );
    const codes = [await next(), await next(), await next()];
    expect(new Set(codes).size).toBe(3);
    expect(waited).toEqual([20_000, 30_000]);
  });
});
