import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningProgram, startProgram } from '../support/child-process.ts';
import { type FakeBrowser, installFakeBrowser } from '../support/fake-browser.ts';
import { aLocalDeployment, type LocalDeployment } from '../support/local-deployment.ts';

/** Whole programs from npm that log in by opening a browser. Here the browser logs in by itself. */

const programOf = (path: string): string =>
  fileURLToPath(new URL(`../../node_modules/${path}`, import.meta.url));

const mcporter = programOf('mcporter/dist/cli.js');
const mcpRemoteClient = programOf('mcp-remote/dist/client.js');

for (const program of [mcporter, mcpRemoteClient])
  if (!existsSync(program)) console.warn(`SKIPPED: ${program} is missing. Run: npm ci`);

let local: LocalDeployment;
let browser: FakeBrowser;

beforeAll(async () => {
  local = await aLocalDeployment();
});

beforeEach(() => {
  browser = installFakeBrowser(local.user('alice'));
});

afterEach(() => browser.remove());

afterAll(() => local.close());

const run = async (program: string, argv: readonly string[]): Promise<RunningProgram> => {
  const running = startProgram(process.execPath, [program, ...argv], {
    cwd: browser.home,
    environment: browser.environment,
    timeoutMs: 60_000,
  });
  const { code } = await running.ended;
  expect(code, `${running.stdout()}\n${running.stderr()}\n${browser.visits()}`).toBe(0);
  return running;
};

describe.skipIf(!existsSync(mcporter))('mcporter', () => {
  const server = () => ['--http-url', local.mcpUrl, '--allow-http', '--name', 'notes'];
  const call = (tool: string, ...more: string[]) =>
    run(mcporter, ['call', ...server(), '--tool', tool, '--output', 'json', ...more]);

  it('logs in, calls tools and keeps its login, because a person logs in once', async () => {
    const first = JSON.parse((await call('whoami')).stdout());
    expect(first).toMatchObject({
      username: 'alice',
      tenant: 'acme',
      clientId: expect.any(String),
    });
    expect(browser.visits()).toEqual([
      expect.stringMatching(/^2 pages, then http:\/\/127\.0\.0\.1:/),
    ]);

    const note = JSON.stringify({ title: 'From a command line', text: 'by mcporter' });
    const added = JSON.parse((await call('add_note', '--args', note)).stdout());
    expect(added).toMatchObject({ title: 'From a command line', author: first.subject });
    expect(browser.visits()).toHaveLength(1);
  }, 120_000);
});

describe.skipIf(!existsSync(mcpRemoteClient))('mcp-remote-client', () => {
  it('logs in and lists tools and resources, because desktop applications connect through it', async () => {
    const { stderr } = await run(mcpRemoteClient, [local.mcpUrl, '--allow-http']);
    expect(browser.visits()).toEqual([
      expect.stringMatching(/^2 pages, then http:\/\/localhost:\d+\/oauth\/callback$/),
    ]);
    for (const name of ['whoami', 'search_notes', 'add_note', 'delete_note'])
      expect(stderr()).toContain(`"name": "${name}"`);
    expect(stderr()).toContain('"uri": "notes://all"');
    expect(stderr()).not.toContain('Error requesting');
  }, 70_000);
});
