import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failedIn, reportOf } from './support/deployment.ts';
import { type StrangeServer, startStrangeServer } from './support/strange-server.ts';

/** Servers that nobody here wrote: the checks must fit what others build, not only ourselves. */

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, 'close');
  return port;
};

describe('the example server of SDK v1 with its demo authorization server', () => {
  let example: ChildProcess;
  let url: URL;

  beforeAll(async () => {
    const [port, authorizationPort] = [await freePort(), await freePort()];
    url = new URL(`http://localhost:${port}/mcp`);
    const file = new URL(
      './examples/server/simpleStreamableHttp.js',
      import.meta
        .resolve('@modelcontextprotocol/sdk/server/mcp.js')
        .replace(/server\/mcp\.js$/, ''),
    );
    example = spawn(process.execPath, [fileURLToPath(file), '--oauth', '--oauth-strict'], {
      env: { ...process.env, MCP_PORT: String(port), MCP_AUTH_PORT: String(authorizationPort) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of example.stdout ?? [])
      if (/listening on port/.test(String(line)) && String(line).includes(String(port))) break;
  });
  afterAll(() => {
    example.kill();
  });

  it('has the weaknesses of a demo, because that is what it is', async () => {
    const report = await reportOf({ url });
    expect(failedIn(report)).toEqual(
      expect.arrayContaining([
        'a-foreign-origin-is-refused-with-403',
        'a-loopback-redirect-may-use-any-port',
        'a-person-is-asked-before-anyone-else',
        'garbage-is-refused',
        'plain-http-redirects-are-refused',
      ]),
    );
    const { verdict } = report.clients.find(({ name }) => name === 'Zed') ?? {};
    expect(verdict).toBe('refuses');
  });

  it('lets SDK clients connect nevertheless, because they do', async () => {
    const { clients } = await reportOf({ url });
    const sdks = clients.filter(({ name }) => name.includes('SDK'));
    expect(sdks.map(({ verdict }) => verdict)).toEqual(['connects', 'connects', 'connects']);
  });
});

describe('a server of SDK v2 without anything in front of it', () => {
  let server: StrangeServer;

  beforeAll(async () => {
    const handler = createMcpHandler(() => new McpServer({ name: 'bare', version: '1.0.0' }, {}));
    server = await startStrangeServer(getRequestListener((request) => handler.fetch(request)));
  });
  afterAll(() => server.close());

  it('is open to everybody and speaks both eras, because the SDK leaves the door to others', async () => {
    const report = await reportOf({ url: new URL(server.mcpUrl) });
    expect(failedIn(report)).toEqual(
      expect.arrayContaining([
        'a-foreign-origin-is-refused-with-403',
        'an-unauthenticated-request-is-answered-with-401',
      ]),
    );
    const passed = report.results.filter(({ outcome }) => outcome.kind === 'passed');
    expect(passed.map(({ check }) => check.id)).toEqual(
      expect.arrayContaining(['the-modern-era-is-discovered', 'the-handshake-is-answered']),
    );
  });
});
