import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExampleProcess, startExample, startProgram } from './example-process.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const minimal = 'examples/server-minimal/server.ts';
const everyday = ['mcp:tools:read', 'mcp:tools:execute'];
const info = { name: 'test', version: '1.0.0' };

const connectors = {
  'SDK v1': async (url: URL, requestInit: RequestInit) => {
    const client = new ClientV1(info);
    await client.connect(new TransportV1(url, { requestInit }));
    return client as unknown as Client;
  },
  'SDK v2, 2025 handshake': async (url: URL, requestInit: RequestInit) => {
    const client = new Client(info);
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit }));
    return client;
  },
  'SDK v2, 2026-07-28': async (url: URL, requestInit: RequestInit) => {
    const client = new Client(info, { versionNegotiation: { mode: 'auto' } });
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit }));
    return client;
  },
};

const authorized = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe('examples/server-minimal', () => {
  let example: ExampleProcess;
  beforeAll(async () => {
    example = await startExample(minimal);
  });
  afterAll(() => example.close());

  it('is about twenty lines long, because a team has to write no more than its tools', () => {
    const lines = readFileSync(`${root}/${minimal}`, 'utf8').trim().split('\n');
    expect(lines.length).toBeLessThanOrEqual(25);
  });

  it.each(Object.entries(connectors))('greets the principal to %s', async (_, connect) => {
    const token = example.token([...everyday, 'mcp:greetings:send']);
    const client = await connect(example.mcpUrl, authorized(token));
    const result = await client.callTool({ name: 'greet', arguments: {} });
    expect(result.content).toEqual([
      { type: 'text', text: 'Hello, 7c1f0a52-2f5e-4d53-9f0b-6c8a3a1f5a10 of acme' },
    ]);
    await client.close();
  });

  it('challenges for the scope that is declared beside the tool, because nobody repeats it', async () => {
    const response = await fetch(example.mcpUrl, {
      method: 'POST',
      headers: {
        ...authorized(example.token(everyday)).headers,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'greet', arguments: {} },
      }),
    });
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toContain(
      'scope="mcp:tools:read mcp:tools:execute mcp:greetings:send"',
    );
  });

  it('drains and exits with 0 on SIGTERM, because that is how ECS stops a task', async () => {
    const other = await startExample(minimal);
    other.child.kill('SIGTERM');
    expect(await other.exited).toBe(0);
    expect(other.output.stdout).toContain('service.stopping');
    await other.close();
  });
});

it('serve() names every problem of the configuration and exits with 1, because a deployer fixes them in one go', async () => {
  const { exited, output } = startProgram(minimal, { PORT: 'x' });
  expect(await exited).toBe(1);
  expect(output.stderr).toContain('RESOURCE_IDENTIFIER must be set');
  expect(output.stderr).toContain('PORT must be a whole number');
  expect(output.stderr).not.toContain('    at ');
});

describe('examples/server-v1', () => {
  let example: ExampleProcess;
  beforeAll(async () => {
    example = await startExample('examples/server-v1/server.ts');
  });
  afterAll(() => example.close());

  it.each(Object.entries(connectors))(
    'serves an unchanged v1 server to %s, and the scopes it never heard of hold',
    async (_, connect) => {
      const token = example.token([...everyday, 'mcp:calculator:use']);
      const client = await connect(example.mcpUrl, authorized(token));
      const sum = await client.callTool({ name: 'add', arguments: { a: 2, b: 3 } });
      expect(sum.content).toEqual([{ type: 'text', text: '5' }]);
      await client.close();
      const weak = await connect(example.mcpUrl, authorized(example.token(everyday)));
      await expect(weak.callTool({ name: 'add', arguments: { a: 2, b: 3 } })).rejects.toThrow();
      await weak.close();
    },
  );

  it('hands it the principal and no access token, because a tool must not be able to forward it', async () => {
    const token = example.token(everyday);
    const client = await connectors['SDK v1'](example.mcpUrl, authorized(token));
    const { content } = (await client.callTool({ name: 'whoami', arguments: {} })) as {
      content: { text: string }[];
    };
    const authInfo = JSON.parse(content[0]?.text as string);
    expect(authInfo).toMatchObject({ token: 'redacted', extra: { principal: { tenant: 'acme' } } });
    expect(content[0]?.text).not.toContain(token);
    await client.close();
  });
});
