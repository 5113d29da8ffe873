import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everydayScopes } from '../../support/tokens.ts';
import { type ExampleProcess, freePort, startExample } from '../library/example-process.ts';

/**
 * `@modelcontextprotocol/server-everything` as it comes from npm: a stateful server of SDK v1 that
 * nobody here wrote, behind the guard as a deployment starts it.
 */

const program = createRequire(import.meta.url).resolve(
  '@modelcontextprotocol/server-everything/dist/index.js',
);
const secret = 'a shared secret of at least 32 bytes';
const logs = () => guard.output.stdout;
const info = { name: 'test', version: '1.0.0' };

let upstream: ChildProcess;
let guard: ExampleProcess;
let upstreamUrl: string;

const untilItListens = (child: ChildProcess) =>
  new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the upstream did not start')));
    child.stderr?.on('data', (chunk) => {
      if (String(chunk).includes('listening')) resolve();
    });
  });

beforeAll(async () => {
  const port = await freePort();
  upstreamUrl = `http://127.0.0.1:${port}/mcp`;
  upstream = spawn(process.execPath, [program, 'streamableHttp'], {
    env: { PATH: process.env.PATH, PORT: String(port) },
  });
  upstream.stdout?.resume();
  await untilItListens(upstream);
  guard = await startExample('server/guard/main.ts', {
    UPSTREAM_URL: upstreamUrl,
    ACCESS_POLICY_FILE: 'examples/server-guard/policy.json',
    CALLER_IDENTITY_SECRET: secret,
  });
});
afterAll(async () => {
  await guard.close();
  upstream.kill();
});

const requestInit = (scopes: readonly string[], claims: Record<string, unknown> = {}) => ({
  headers: { authorization: `Bearer ${guard.token([...everydayScopes, ...scopes], claims)}` },
});

const connectV1 = async (scopes: readonly string[] = [], claims = {}) => {
  const client = new ClientV1(info, { capabilities: { elicitation: {} } });
  const transport = new TransportV1(guard.mcpUrl, { requestInit: requestInit(scopes, claims) });
  await client.connect(transport);
  return { client, transport };
};

const connectors = {
  'SDK v1': async (scopes: readonly string[]) =>
    (await connectV1(scopes)).client as unknown as Client,
  'SDK v2, 2025 handshake': async (scopes: readonly string[]) => {
    const client = new Client(info);
    await client.connect(
      new StreamableHTTPClientTransport(guard.mcpUrl, { requestInit: requestInit(scopes) }),
    );
    return client;
  },
  'SDK v2, choosing its revision': async (scopes: readonly string[]) => {
    const client = new Client(info, { versionNegotiation: { mode: 'auto' } });
    await client.connect(
      new StreamableHTTPClientTransport(guard.mcpUrl, { requestInit: requestInit(scopes) }),
    );
    return client;
  },
};

describe.each(Object.entries(connectors))(
  'a server from npm behind the guard, for %s',
  (_, connect) => {
    it('does its work for whoever may, and the scopes it never heard of hold', async () => {
      const client = await connect(['mcp:math:use']);
      const sum = await client.callTool({ name: 'get-sum', arguments: { a: 2, b: 3 } });
      expect(JSON.stringify(sum.content)).toContain('5');
      await client.close();
      const weak = await connect([]);
      await expect(weak.callTool({ name: 'get-sum', arguments: { a: 2, b: 3 } })).rejects.toThrow();
      await weak.close();
    });

    it('shows what the caller could ever use and nothing else, because the policy names it', async () => {
      const client = await connect([]);
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name).sort()).toEqual(
        expect.arrayContaining(['echo', 'get-sum', 'trigger-long-running-operation']),
      );
      expect(tools.map(({ name }) => name)).not.toContain('get-env');
      expect(tools.map(({ name }) => name)).not.toContain('get-tiny-image');
      const { prompts } = await client.listPrompts();
      expect(prompts.map(({ name }) => name)).toEqual(['simple-prompt']);
      await client.close();
    });

    it('serves resources by pattern', async () => {
      const client = await connect([]);
      const uri = 'demo://resource/dynamic/text/1';
      const { contents } = await client.readResource({ uri });
      expect(contents[0]?.uri).toBe(uri);
      const other = { uri: 'demo://resource/dynamic/blob/1' };
      await expect(client.readResource(other)).rejects.toThrow();
      await client.close();
    });
  },
);

describe('a server from npm behind the guard', () => {
  it('reports its progress as it happens, event by event', async () => {
    const { client } = await connectV1();
    const seen: number[] = [];
    await client.callTool(
      { name: 'trigger-long-running-operation', arguments: { duration: 0.6, steps: 3 } },
      undefined,
      { onprogress: () => void seen.push(performance.now()) },
    );
    expect(seen).toHaveLength(3);
    expect((seen[2] as number) - (seen[0] as number)).toBeGreaterThan(200);
    await client.close();
  });

  it('asks the person back through the guard, because streams go both ways', async () => {
    const { client } = await connectV1();
    client.setRequestHandler(ElicitRequestSchema, async () => ({
      action: 'accept',
      content: { name: 'Ada', check: true },
    }));
    let name = 'trigger-elicitation-request';
    const { tools } = await client.listTools();
    name = tools.find((tool) => tool.name.startsWith('trigger-elicitation'))?.name ?? name;
    const result = await client.callTool({ name, arguments: {} });
    expect(JSON.stringify(result.content)).toContain('Ada');
    await client.close();
  });

  it('never shows its environment, because the one tool that would is for operators', async () => {
    const { client } = await connectV1();
    await expect(client.callTool({ name: 'get-env', arguments: {} })).rejects.toThrow();
    await client.close();
    const operator = await connectV1([], { 'cognito:groups': ['operators'] });
    const result = await operator.client.callTool({ name: 'get-env', arguments: {} });
    expect(JSON.stringify(result.content)).not.toContain(secret);
    await operator.client.close();
  });

  it('keeps one person out of the session of another', async () => {
    const { client, transport } = await connectV1();
    const stolen = await fetch(guard.mcpUrl, {
      headers: {
        ...requestInit([], { sub: 'eve' }).headers,
        accept: 'text/event-stream',
        'mcp-session-id': transport.sessionId as string,
      },
    });
    expect(stolen.status).toBe(404);
    for (let tries = 0; tries < 100 && !logs().includes('hijack'); tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(logs().includes('"event_code":"session.hijack_suspected"')).toBe(true);
    await client.ping();
    await client.close();
  });

  it('writes no access token into any log', async () => {
    const { client } = await connectV1();
    await client.listTools();
    await client.close();
    expect(/eyJhbGciOiJSUzI1NiI/.test(logs() + guard.output.stderr)).toBe(false);
  });
});
