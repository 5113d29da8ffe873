import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demoUsers } from '../../dev/demo-users.ts';
import { type RunningProgram, startProgram } from '../support/child-process.ts';
import { liveThroughEverything } from '../support/eventful-life.ts';
import { SecretSearch } from '../support/secret-search.ts';
import type { WitnessedSecret } from '../support/secret-witness.ts';

/**
 * Everything that can happen at a running local mode, and then a search through all that it has
 * printed for every secret that took part: its own, its clients' and those it shares with Cognito.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const witness = pathToFileURL(join(root, 'test/support/secret-witness.ts')).href;

let directory: string;
let witnessFile: string;
let program: RunningProgram;
let secrets: SecretSearch;

const start = (argv: readonly string[]): RunningProgram =>
  startProgram(
    process.execPath,
    ['--import', witness, '-r', './bin/preflight.cjs', 'bin/dev.ts', ...argv],
    { cwd: root, environment: { PORT: '0', SECRET_WITNESS_FILE: witnessFile } },
  );

const witnessed = (): readonly WitnessedSecret[] =>
  readFileSync(witnessFile, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as WitnessedSecret);

/** Adds what the process itself made, but for the key ids, which it publishes. */
const addWitnessed = async (): Promise<void> => {
  const accessToken = witnessed().find(({ kind }) => kind === 'access_token from Cognito')?.value;
  const payload = Buffer.from(accessToken?.split('.')[1] ?? '', 'base64url').toString();
  const { iss } = JSON.parse(payload) as { iss: string };
  const response = await fetch(`${iss}/.well-known/jwks.json`);
  const { keys } = (await response.json()) as { keys: { kid: string }[] };
  const published = new Set(keys.map(({ kid }) => kid));
  for (const { kind, value, base64 } of witnessed())
    if (base64 === undefined || !published.has(base64)) secrets.add(kind, value);
};

const liveAndEnd = async (mcpUrl: string): Promise<void> => {
  const deployment = { mcpUrl, issuer: new URL(mcpUrl).origin, users: demoUsers };
  await liveThroughEverything({ deployment, secrets, witnessed });
  await addWitnessed();
  program.signal('SIGINT');
  expect(await program.ended).toEqual({ code: 0, signal: null });
};

/** The search means something only if all of these took part. */
const kinds = [
  'password',
  'wrongPassword',
  'code',
  "the client's state",
  "the client's verifier",
  'access token',
  'refresh handle',
  'jti',
  'origin_jti',
  'client secret',
  'machine secret',
  'cookie mcp-browser',
  'cookie mcp-signin',
  'cookie mcp-connections',
  'cookie cognito',
  'ticket in a form',
  'form_token in a form',
  'code to Cognito',
  'code_verifier to Cognito',
  'Basic credentials to Cognito',
  'id_token from Cognito',
  'refresh_token from Cognito',
  '32 random bytes',
];

const expectNoSecretIn = (output: string): void => {
  expect([...secrets.kinds]).toEqual(expect.arrayContaining(kinds));
  expect(secrets.size).toBeGreaterThan(500);
  expect(secrets.findIn(output)).toEqual([]);
};

describe('what npm run dev prints', () => {
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'no-secrets-'));
    witnessFile = join(directory, 'witnessed');
    secrets = new SecretSearch();
  });

  afterEach(async () => {
    program.signal('SIGKILL');
    await program.ended;
    rmSync(directory, { recursive: true });
  });

  it('as JSON holds no secret of a whole eventful life, because logs are read by many and kept for long', async () => {
    program = start(['--json']);
    const { mcpUrl } = JSON.parse(await program.firstLine) as { mcpUrl: string };
    await liveAndEnd(mcpUrl);

    // The first line is for scripts and holds the demo passwords on purpose.
    const [, ...lines] = program.stdout().trimEnd().split('\n');
    expectNoSecretIn(lines.join('\n') + program.stderr());
    expect(program.stderr()).toBe('');

    const events = lines.map((line) => JSON.parse(line) as { metadata: { event_code: string } });
    const codes = new Set(events.map(({ metadata }) => metadata.event_code));
    expect([...codes].sort()).toEqual([
      'access.allowed',
      'authorization.approved',
      'authorization.completed',
      'authorization.failed',
      'authorization.started',
      'client.registered',
      'detection.algorithm_confusion',
      'detection.refresh_token_reuse',
      'keys.refreshed',
      'request.rejected',
      'scope.denied',
      'token.code_reuse',
      'token.issued',
      'token.missing',
      'token.refresh_reuse',
      'token.refreshed',
      'token.refused',
      'token.rejected',
      'token.revoked',
      'token.scoped',
    ]);
    expect(lines.filter((line) => line.includes('"forged"'))).toEqual([]);
  });

  it('for a person holds none either, nor a character that forges a line', async () => {
    program = start([]);
    await program.says('Security log');
    const mcpUrl = /http:\/\/localhost:\d+\/mcp/.exec(program.stdout())?.[0] as string;
    await liveAndEnd(mcpUrl);

    const [, log = ''] = program.stdout().split('Security log');
    expectNoSecretIn(log + program.stderr());
    expect(program.stderr()).toBe('');
    expect(log.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    for (const line of log.split('\n').slice(2, -1))
      expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}[✓✗]/);
  });
});

describe('the search itself', () => {
  it.each([
    ['as it is', (secret: string) => secret],
    ['cut off', (secret: string) => secret.slice(0, 40)],
    ['in a URL', (secret: string) => `?code=${encodeURIComponent(secret)}&`],
    ['in Basic credentials', (secret: string) => Buffer.from(secret).toString('base64')],
  ])('finds a secret %s, because a search that finds nothing proves nothing', (_, spell) => {
    const secret = 'abcdefghijklmnopqrstuvwxyz.0123456789+/ABCDEFGHIJKLMNOPQRSTUVWXYZ';
    const search = new SecretSearch();
    search.add('planted', secret);
    expect(search.findIn(`{"evidence":"${spell(secret)}"}`)).not.toEqual([]);
    expect(search.findIn('{"evidence":"nothing"}')).toEqual([]);
  });
});
