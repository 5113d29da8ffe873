import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { version } from '../../verify/version.ts';
import { type Deployment, startDeployment } from './support/deployment.ts';
import { type OriginMap, type Relay, startRelay } from './support/relay.ts';
import { runCommand } from './support/run-command.ts';

const { version: packageVersion } = packageJson;

let deployment: Deployment;
/** Says everything back that it is sent, in every header and body that a report may quote. */
let parrot: Relay;
const origins: OriginMap = [];

beforeAll(async () => {
  deployment = await startDeployment();
  parrot = await startRelay(deployment.local.origin, origins, {
    response: (response, request) => ({
      ...response,
      headers: {
        ...response.headers,
        'cache-control':
          `x ${request.headers.authorization ?? ''} ${request.body.slice(0, 2000)}`.replaceAll(
            /[^\x20-\x7e]/g,
            ' ',
          ),
        server: `nginx/1.27.3 ${request.headers.authorization ?? ''}`,
      },
    }),
  });
});
afterAll(async () => {
  await parrot.close();
  await deployment.local.close();
});

const environment = () => ({
  VERIFY_PASSWORD: deployment.credentials.password,
  VERIFY_MACHINE_SECRET: deployment.credentials.machineSecret,
  VERIFY_FOREIGN_TOKEN: deployment.credentials.foreignToken,
  VERIFY_OTHER_TENANT_TOKEN: deployment.credentials.otherTenantToken,
});
const everything = ['--username', 'alice', '--machine-id', 'localMachineClient'];
const reports = ['--sarif', 'r.sarif', '--junit', 'r.xml', '--html', 'r.html'];

describe('what the command says', () => {
  it('passes with exit code 0, because a pipeline looks at nothing else', async () => {
    const ran = await runCommand([deployment.local.mcpUrl]);
    expect(ran.exitCode).toBe(0);
    expect(ran.printed).toMatch(/\d+ passed · \d+ skipped {3}\d+ requests in [\d.]+ s/);
    expect(ran.printed).toMatch(/✓ Claude Code +connects/);
  });

  it('prints JSON and nothing else with --json, because a program reads it', async () => {
    const { printed, errors } = await runCommand([deployment.local.mcpUrl, '--json']);
    const report = JSON.parse(printed);
    expect(errors).toBe('');
    expect(report).toMatchObject({ exitCode: 0, counts: { failed: 0 }, version: packageVersion });
    expect(report.checks.length).toBeGreaterThan(190);
    expect(report.checks[0]).toMatchObject({
      id: expect.any(String),
      requirement: expect.any(String),
      result: 'passed',
    });
  });

  it('writes SARIF, JUnit and HTML with the same verdict, because each has its own readers', async () => {
    const ran = await runCommand([`${parrot.origin}/mcp`, ...reports]);
    expect(ran.exitCode).toBe(1);
    const sarif = JSON.parse(ran.files.get('r.sarif') ?? '');
    expect(sarif.version).toBe('2.1.0');
    expect(sarif.runs[0].results.length).toBeGreaterThan(2);
    const ruleIds = sarif.runs[0].tool.driver.rules.map(({ id }: { id: string }) => id);
    for (const { ruleId } of sarif.runs[0].results) expect(ruleIds).toContain(ruleId);
    expect(ran.files.get('r.xml')).toMatch(/^<\?xml[\s\S]*<failure type="error"/);
    const html = ran.files.get('r.html') ?? '';
    expect(html).toMatch(/promises? (is|are) not kept/);
    expect(html).not.toMatch(/<script|src="|href="http/);
  });

  it('never prints a secret, because reports are sent on', async () => {
    const argv = [`${parrot.origin}/mcp`, ...everything, ...reports];
    const texts = [];
    for (const more of [['--json'], ['--verbose']]) {
      const ran = await runCommand([...argv, ...more], { environment: environment() });
      expect(ran.exitCode).toBe(1);
      texts.push(ran.printed, ran.errors, ...ran.files.values());
    }
    const said = texts.join('\n');
    const secrets = Object.values(environment()).map((secret) => secret ?? '');
    for (const secret of secrets) expect(said.includes(secret)).toBe(false);
    // Nothing that looks like a token either, and the parrot was quoted.
    expect(said).not.toMatch(/eyJ[\w-]{20,}\./);
    expect(said).not.toMatch(/(code|refresh_token|client_secret|code_verifier)=[\w-]{10,}/);
    expect(said).toMatch(/\[redacted\]/);
  });

  it('accepts announced failures, because a known one must not hide a new one', async () => {
    const url = deployment.local.mcpUrl.replace('localhost', '127.0.0.1');
    const first = await runCommand([url, '--json']);
    const failed = JSON.parse(first.printed).checks.filter(
      ({ result }: { result: string }) => result === 'failed' || result === 'advice',
    );
    expect(first.exitCode).toBe(1);
    const list = failed.map(({ id }: { id: string }) => `${id}  # another host name`).join('\n');
    const second = await runCommand([url, '--expected-failures', 'known'], {
      known: { known: list },
    });
    expect(second.exitCode).toBe(0);
    expect(second.printed).toMatch(/expected to fail/);
  });

  it('fails for an announced failure that does not happen, because the list would rot', async () => {
    for (const id of ['s256-is-advertised', 'no-such-check']) {
      const ran = await runCommand([deployment.local.mcpUrl, '--expected-failures', 'known'], {
        known: { known: `# list\n${id}\n` },
      });
      expect(ran.exitCode).toBe(1);
      expect(ran.printed).toContain(`expected to fail, but does not: ${id}`);
    }
  });

  it('leaves out what binds other revisions only, because nobody has to be newer than they say', async () => {
    const count = async (...argv: readonly string[]): Promise<number> =>
      JSON.parse((await runCommand([deployment.local.mcpUrl, '--json', ...argv])).printed).checks
        .length;
    const all = await count();
    expect(await count('--until', '2025-06-18')).toBeLessThan(await count('--until', '2025-11-25'));
    expect(await count('--until', '2025-11-25')).toBeLessThan(all);
    expect(await count('--since', '2026-07-28')).toBe(all);
  });

  it('takes a secret from the standard input, because a command line is public', async () => {
    const { password } = deployment.credentials;
    const argv = [deployment.local.mcpUrl, '--username', 'alice', '--json'];
    const ran = await runCommand(argv, { readLine: async () => password });
    expect(ran.exitCode).toBe(0);
    expect(JSON.parse(ran.printed)).toMatchObject({ access: 'signed in as a test user' });
    const without = await runCommand(argv);
    expect(without).toMatchObject({ exitCode: 2, printed: '' });
    expect(without.errors).toMatch(/VERIFY_PASSWORD is not set/);
  });

  it('takes credentials as JSON lines, because that is how a secret store hands them out', async () => {
    const { username, password, machineId, machineSecret } = deployment.credentials;
    const lines = [
      { username, password },
      { machineId, machineSecret },
    ];
    const input = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
    const argv = [deployment.local.mcpUrl, '--credentials', '--json'];
    const ran = await runCommand(argv, { readInput: async () => input });
    expect(ran.exitCode).toBe(0);
    expect(JSON.parse(ran.printed)).toMatchObject({
      access: 'signed in as a test user and with client credentials',
    });
  });

  it.each([
    ['nothing', '', /nothing came on the standard input/],
    ['no JSON', 'secret-word', /takes JSON objects, one a line/],
    ['a member it does not know', '{"secret-word":"x"}', /not so: another/],
    ['a member that is no text', '{"password":["secret-word"]}', /not so: password/],
    ['half a pair', '{"username":"secret-word"}', /username and password together/],
    ['a key that is none', '{"totpKey":"secret-word-1"}', /authenticator is not base32/],
  ])('refuses %s as credentials, in a sentence without a secret', async (_, input, sentence) => {
    const argv = ['https://mcp.example.com/mcp', '--credentials'];
    const ran = await runCommand(argv, { readInput: async () => input });
    expect(ran).toMatchObject({ exitCode: 2, printed: '' });
    expect(ran.errors).toMatch(sentence);
    expect(ran.errors).not.toContain('secret-word');
  });

  it('says so when a password is wrong, and tries it once, because accounts lock', async () => {
    const argv = [deployment.local.mcpUrl, '--username', 'alice', '--json'];
    const ran = await runCommand(argv, { environment: { VERIFY_PASSWORD: 'not-the-password' } });
    const { checks } = JSON.parse(ran.printed);
    expect(checks.find(({ id }: { id: string }) => id === 'a-person-can-sign-in')).toMatchObject({
      result: 'failed',
      seen: 'the login page came back: a wrong password?',
    });
    expect(ran.exitCode).toBe(1);
  });
});

describe('what the command refuses', () => {
  it.each([
    ['plain http elsewhere', ['http://mcp.example.com/mcp'], /not verified: https/],
    [
      'credentials in the address',
      ['https://user:secret-word@mcp.example.com/'],
      /user name or password/,
    ],
    ['no URL', ['mcp.example.com'], /not a URL/],
    [
      'a secret as an argument',
      ['https://mcp.example.com/mcp', '--token', 'secret-word'],
      /exactly one address/,
    ],
    [
      'an unknown option',
      ['https://mcp.example.com/mcp', '--password=secret-word'],
      /Unknown option/,
    ],
    [
      'an unknown revision',
      ['https://mcp.example.com/mcp', '--since', '2024'],
      /--since takes one of/,
    ],
    [
      'a time that is none',
      ['https://mcp.example.com/mcp', '--timeout', 'soon'],
      /number of seconds/,
    ],
    [
      'a secret of no client',
      ['https://mcp.example.com/mcp', '--client-secret'],
      /--client-secret and --redirect-uri need --client-id/,
    ],
    [
      'a client whose secret is nowhere',
      ['https://mcp.example.com/mcp', '--client-id', 'some', '--client-secret'],
      /VERIFY_CLIENT_SECRET is not set/,
    ],
    [
      'credentials beside a user',
      ['https://mcp.example.com/mcp', '--credentials', '--username', 'alice'],
      /--credentials stands for --token, --username/,
    ],
    [
      'a redirect URI that is none',
      ['https://mcp.example.com/mcp', '--client-id', 'some', '--redirect-uri', 'callback'],
      /--redirect-uri takes a URI/,
    ],
    [
      'a machine whose secret is nowhere',
      ['https://mcp.example.com/mcp', '--machine-id', 'some'],
      /VERIFY_MACHINE_SECRET is not set/,
    ],
    [
      'a file that is not there',
      ['https://mcp.example.com/mcp', '--ca', 'gone.pem'],
      /--ca cannot be read/,
    ],
  ])('%s, in a sentence that repeats no secret', async (_, argv, sentence) => {
    const ran = await runCommand(argv);
    expect(ran).toMatchObject({ exitCode: 2, printed: '' });
    expect(ran.errors).toMatch(sentence);
    expect(ran.errors).not.toContain('secret-word');
  });

  it('prints its help, because nobody remembers options', async () => {
    const ran = await runCommand(['--help']);
    expect(ran.exitCode).toBe(0);
    expect(ran.printed).toMatch(/--expected-failures FILE/);
    expect((await runCommand([])).exitCode).toBe(2);
    expect(version).toBe(packageVersion);
  });
});
