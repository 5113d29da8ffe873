import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { portOf } from '../../dev/command.ts';
import { type RunningProgram, startProgram } from '../support/child-process.ts';

/** The commands as a person types them: what they print, and how they end. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'command-line-'));
const running: RunningProgram[] = [];

// Other tests share the machine: what is promised is checked against the best of three.
const timed = { retry: 2 };

afterEach(async () => {
  for (const program of running) program.signal('SIGKILL');
  await Promise.all(running.splice(0).map(({ ended }) => ended));
});

const start = (
  script: string,
  argv: readonly string[] = [],
  // An empty PORT stands for none.
  { node = process.execPath, cwd = root, PORT = '0' } = {},
): RunningProgram => {
  const program = startProgram(node, ['-r', './bin/preflight.cjs', `bin/${script}.ts`, ...argv], {
    cwd,
    environment: PORT === '' ? {} : { PORT },
    timeoutMs: 30_000,
  });
  running.push(program);
  return program;
};

const startNpm = (...argv: readonly string[]): RunningProgram => {
  const program = startProgram('npm', argv, {
    cwd: root,
    environment: { PORT: '0' },
    timeoutMs: 30_000,
  });
  running.push(program);
  return program;
};

interface Ready {
  readonly mcpUrl: string;
  readonly issuer: string;
}

const readyOf = async ({ firstLine }: RunningProgram): Promise<Ready> =>
  JSON.parse(await firstLine) as Ready;

/** One line on stderr, nothing on stdout, exit code 2: what a person and a script both understand. */
const expectOneLine = async (program: RunningProgram, line: RegExp): Promise<void> => {
  const { code } = await program.ended;
  const lines = program.stderr().split('\n');
  expect(lines, program.stderr()).toHaveLength(2);
  expect(lines[0]).toMatch(line);
  expect(lines[0]?.length).toBeLessThan(200);
  expect(program.stdout()).toBe('');
  expect(code).toBe(2);
};

afterAll(() => rmSync(scratch, { recursive: true }));

describe('npm run dev -- --json', () => {
  it(
    'is ready in under 3 s and says so in one object on the first line, because scripts wait for it',
    timed,
    async () => {
      const startedAt = performance.now();
      const program = start('dev', ['--json']);
      const first: unknown = JSON.parse(await program.firstLine);
      expect(performance.now() - startedAt).toBeLessThan(3000);

      const { mcpUrl, issuer } = first as Ready;
      expect(mcpUrl).toMatch(/^http:\/\/localhost:\d+\/mcp$/);
      expect(`${issuer}/mcp`).toBe(mcpUrl);
      const password = expect.stringMatching(/^.{8,}$/);
      expect(first).toStrictEqual({
        ready: true,
        mcpUrl,
        issuer,
        users: [
          { username: 'alice', password, tenant: 'acme', groups: ['tenant:acme', 'admins'] },
          { username: 'bob', password, tenant: 'acme', groups: ['tenant:acme', 'readers'] },
          { username: 'carol', password, tenant: 'globex', groups: ['tenant:globex', 'editors'] },
        ],
      });
      expect((await fetch(`${issuer}/healthz`)).status).toBe(200);
      expect((await fetch(mcpUrl, { method: 'POST' })).status).toBe(401);
      await program.says('token.missing');
      for (const line of program.stdout().trimEnd().split('\n').slice(1))
        expect(JSON.parse(line)).toMatchObject({ metadata: { version: '1.8.0' } });
      expect(program.stderr()).toBe('');
    },
  );

  it('says the same through npm, when npm is told to keep its own lines to itself', async () => {
    const program = startNpm('run', '--silent', 'dev', '--', '--json');
    expect(JSON.parse(await program.firstLine)).toMatchObject({ ready: true });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with exit code 0 in under 3 s on %s',
    timed,
    async (signal) => {
      const program = start('dev', ['--json']);
      await program.firstLine;
      const signalledAt = performance.now();
      program.signal(signal);
      expect(await program.ended).toEqual({ code: 0, signal: null });
      expect(performance.now() - signalledAt).toBeLessThan(3000);
      expect(program.stderr()).toBe('');
    },
  );

  it(
    'ends as quickly when clients hang on: one idle, one in the middle of a request',
    timed,
    async () => {
      const program = start('dev', ['--json']);
      const { issuer } = await readyOf(program);
      await (await fetch(`${issuer}/healthz`)).text();
      const stuck: Socket = connect(Number(new URL(issuer).port), '127.0.0.1');
      stuck.on('error', () => {});
      await new Promise<void>((resolve) => {
        stuck.write(
          'POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n',
          () => resolve(),
        );
      });
      const signalledAt = performance.now();
      program.signal('SIGINT');
      expect(await program.ended).toEqual({ code: 0, signal: null });
      expect(performance.now() - signalledAt).toBeLessThan(3000);
      stuck.destroy();
    },
  );
});

describe('npm run dev', () => {
  it('tells a person where to connect, as whom, and what happens, without colours in a pipe', async () => {
    const program = start('dev');
    await program.says('Security log');
    const mcpUrl = /http:\/\/localhost:\d+\/mcp/.exec(program.stdout())?.[0] as string;
    for (const text of [
      `claude mcp add --transport http`,
      'VS Code',
      'Cursor',
      'Inspector',
      'mcp-remote',
      'alice',
      'carol',
      'Ctrl-C',
    ])
      expect(program.stdout()).toContain(text);
    await fetch(mcpUrl, { method: 'POST' });
    await program.says('token.missing');
    expect(program.stdout().trimEnd().split('\n').at(-1)).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} {2}✗ {2}token\.missing +POST.* {2}token_missing {2}401 /,
    );
    expect(program.stdout()).not.toContain(String.fromCharCode(27));
  });

  it('listens on 8787 unless PORT says otherwise, because the documentation names that port', () => {
    expect(portOf({})).toBe(8787);
    expect(portOf({ PORT: '1234' })).toBe(1234);
  });
});

/** This Node, telling the preflight check that it is another. */
const startAsOldNode = (version: string, cwd: string): RunningProgram => {
  const pretence = join(mkdtempSync(join(scratch, 'old-node-')), 'pretence.cjs');
  const versions = JSON.stringify({ node: version });
  writeFileSync(pretence, `Object.defineProperty(process, 'versions', { value: ${versions} });`);
  const argv = ['-r', pretence, '-r', './bin/preflight.cjs', 'bin/dev.ts'];
  const program = startProgram(process.execPath, argv, { cwd });
  running.push(program);
  return program;
};

describe('a mistake is answered by one line that says what to do', () => {
  const occupy = async (host: string): Promise<{ server: Server; port: number }> => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    return { server, port: (server.address() as AddressInfo).port };
  };

  it.each([
    ['dev', '127.0.0.1'],
    ['dev', '::1'],
    ['demo', '127.0.0.1'],
  ])('%s: the port is in use on %s', async (script, host) => {
    const { server, port } = await occupy(host);
    await expectOneLine(
      start(script, [], { PORT: String(port) }),
      new RegExp(`^cdk-secure-mcp: port ${port} is in use\\. .*PORT=\\d+ npm run dev`),
    );
    server.close();
  });

  it('PORT is no port', async () => {
    const given = ['eighty', '-1', '70000', '80.5', '0x50', ' ', ''];
    for (const PORT of given) expect(() => portOf({ PORT })).toThrow(/^PORT must be a number/);
    await expectOneLine(
      start('dev', ['--json'], { PORT: 'eighty' }),
      /^cdk-secure-mcp: PORT must be a number from 0 to 65535, got 'eighty'$/,
    );
  });

  it.each([
    ['dev', '--port=1234', /unknown argument --port=1234\. Known: --json/],
    ['demo', '--json', /unknown argument --json\. Only PORT/],
  ])('%s: the argument %s is unknown', async (script, argument, line) => {
    await expectOneLine(start(script, [argument]), line);
  });

  it.each(['dev', 'demo'])('%s: nothing is installed', async (script) => {
    const elsewhere = mkdtempSync(join(scratch, 'not-installed-'));
    cpSync(join(root, 'bin'), join(elsewhere, 'bin'), { recursive: true });
    await expectOneLine(
      start(script, [], { cwd: elsewhere }),
      /^cdk-secure-mcp: the dependencies are not installed\. Run: npm ci$/,
    );
  });

  it.each(['16.20.2', '20.19.0', '22.17.1'])(
    'Node %s, as the program itself reports it',
    async (version) => {
      const line = `^cdk-secure-mcp: Node ${version} cannot run the sources\\. .*npm run dev`;
      await expectOneLine(startAsOldNode(version, root), new RegExp(line));
    },
  );

  it('an older Node, and an installation that left out the Node that npm brings', async () => {
    const elsewhere = mkdtempSync(join(scratch, 'half-installed-'));
    for (const path of ['bin', 'node_modules/jose/package.json'])
      cpSync(join(root, path), join(elsewhere, path), { recursive: true });
    await expectOneLine(
      startAsOldNode('20.19.0', elsewhere),
      /^cdk-secure-mcp: Node 20\.19\.0 cannot run the sources, .* Run: npm ci$/,
    );
  });

  const oldNode = findOldNode();
  if (!oldNode) console.warn('SKIPPED: there is no Node older than 22.18 on PATH to try for real');
  it.skipIf(!oldNode)('a real older Node, started past npm', async () => {
    await expectOneLine(
      start('dev', [], { node: oldNode as string }),
      /^cdk-secure-mcp: Node \d+\.\d+\.\d+ cannot run the sources\. Start it through npm/,
    );
  });

  it.skipIf(!oldNode)(
    'an older Node runs npm itself, because npm brings the Node that runs the sources',
    async () => {
      const directory = join(oldNode as string, '..');
      const program = startProgram('npm', ['run', '--silent', 'dev', '--', '--json'], {
        cwd: root,
        environment: { PORT: '0', PATH: [directory, '/usr/bin', '/bin'].join(delimiter) },
      });
      running.push(program);
      expect(JSON.parse(await program.firstLine)).toMatchObject({ ready: true });
    },
  );
});

/** A Node of this machine, not of this project, that cannot run TypeScript. */
function findOldNode(): string | undefined {
  const candidates = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((directory) => !directory.includes('node_modules'))
    .map((directory) => join(directory, 'node'))
    .filter((path) => existsSync(path));
  return candidates.find((path) => {
    const version = execFileSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' });
    const [major = 0, minor = 0] = version.split('.').map(Number);
    return major < 22 || (major === 22 && minor < 18);
  });
}

describe('npm run demo', () => {
  it('shows a login, a refusal and a step-up and exits 0, because it is the proof that a newcomer runs', async () => {
    const program = startNpm('run', 'demo');
    expect(await program.ended).toEqual({ code: 0, signal: null });
    const text = program.stdout();
    expect(text).toMatch(/Call delete_note: refused, the token lacks a scope {2}\(\d+ ms\)/);
    expect(text).toContain('403 insufficient_scope, asked for: mcp:tools:read');
    expect(text).toMatch(/The client asks for more \(step-up\).*\n +Deleted /);
    expect(text).toMatch(/\nDone in \d+\.\d s\./);
    expect(program.stderr()).not.toMatch(/Error|\n\s+at /);
  });

  it('runs twice at the same time, and beside npm run dev, because each takes a port of its own', async () => {
    const dev = start('dev', ['--json']);
    await dev.firstLine;
    const demos = [start('demo'), start('demo', [], { PORT: '' })];
    const ends = await Promise.all(demos.map(({ ended }) => ended));
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
  });

  it('does not mind a reader that hangs up, because people pipe things into head', async () => {
    const program = startProgram(
      'sh',
      [
        '-c',
        '( "$0" -r ./bin/preflight.cjs bin/demo.ts; echo "exit $?" >&2 ) | head -1',
        process.execPath,
      ],
      { cwd: root, environment: { PORT: '0' } },
    );
    running.push(program);
    await program.ended;
    expect(program.stderr()).toBe('exit 0\n');
  });
});
