import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalMode, startLocalMode } from '../../dev/local-mode.ts';
import type { SecurityEvent } from '../../oauth/security-event.ts';

/** The command-line products that people use, unmodified, as their vendors publish them on npm. */

const run = promisify(execFile);
const root = new URL('../..', import.meta.url).pathname;

const packages = ['@anthropic-ai/claude-code@2.1.330', '@openai/codex@0.169.0'];

let home: string;
let local: LocalMode;
const events: SecurityEvent[] = [];

/** A stand-in for the desktop's browser: an `xdg-open` that walks the login as alice. */
const installBrowser = (folder: string): void => {
  const walk = join(folder, 'walk.mts');
  writeFileSync(
    walk,
    `import { createScriptedBrowser } from ${JSON.stringify(join(root, 'dev/scripted-browser.ts'))};
import { signInAs } from ${JSON.stringify(join(root, 'dev/sign-in-as.ts'))};
const url = new URL(process.argv[2]);
const redirectUri = url.searchParams.get('redirect_uri');
await fetch(await signInAs(createScriptedBrowser(), url, { username: 'alice', password: 'Demo-Password-1', redirectUri }));`,
  );
  const open = join(folder, 'xdg-open');
  writeFileSync(open, `#!/bin/sh\nexec '${process.execPath}' '${walk}' "$1"\n`);
  chmodSync(open, 0o755);
};

const environment = () => ({
  ...process.env,
  HOME: home,
  BROWSER: join(home, 'bin/xdg-open'),
  PATH: [join(home, 'bin'), join(home, 'node_modules/.bin'), process.env.PATH].join(delimiter),
});

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'products-'));
  mkdirSync(join(home, 'bin'));
  installBrowser(join(home, 'bin'));
  await run('npm', ['install', '--prefix', home, '--no-audit', '--no-fund', ...packages]);
  local = await startLocalMode({ port: 0, securityLog: { record: (event) => events.push(event) } });
});

afterAll(async () => {
  await local?.close();
  rmSync(home, { recursive: true, force: true });
});

/** Runs a program under a terminal: some products refuse to log in without one. */
const inTerminal = async (command: string): Promise<string> => {
  const transcript = join(home, 'transcript');
  const child = spawn('script', ['-qefc', command, transcript], {
    env: environment(),
    cwd: home,
    stdio: 'ignore',
    timeout: 60_000,
  });
  await new Promise((resolve) => child.once('exit', resolve));
  return readFileSync(transcript, 'utf8');
};

const names = () => events.map(({ metadata }) => metadata.event_code);

describe('products of other vendors', () => {
  it('Claude Code logs in by its own metadata document, on a random port, and lists the tools', async () => {
    events.length = 0;
    const options = { env: environment(), cwd: home };
    await run('claude', ['mcp', 'add', '--transport', 'http', 'team-notes', local.mcpUrl], options);
    expect(await inTerminal('claude mcp login team-notes')).toContain('Authenticated with');
    expect((await run('claude', ['mcp', 'list'], options)).stdout).toContain('Connected');
    expect(names()).toEqual(
      expect.arrayContaining(['authorization.completed', 'token.issued', 'access.allowed']),
    );
  });

  it('Codex logs in by its own metadata document, on a random port', async () => {
    events.length = 0;
    const options = { env: environment(), cwd: home };
    const { stdout } = await run(
      'codex',
      ['mcp', 'add', 'team-notes', '--url', local.mcpUrl],
      options,
    );
    expect(stdout).toContain('Successfully logged in');
    expect(names()).toEqual(expect.arrayContaining(['authorization.completed', 'token.issued']));
  });
});
