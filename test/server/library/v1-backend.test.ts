import { EventEmitter, once } from 'node:events';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Listener, listen } from '../../../server/listener.ts';
import { callerOf, UserFacingError } from '../../../server/mcp/caller.ts';
import { fromV1Server } from '../../../server/mcp/v1-backend.ts';
import {
  aPost,
  aResourceServer,
  legacyRequest,
  messageOf,
  type TestServer,
} from '../../support/resource-server.ts';
import { anAccessToken, resourceIdentifier } from '../../support/tokens.ts';

const records = new Map([['1', { tenant: 'evil', text: 'topsecret' }]]);
/** What the tool that waits tells the tests. */
const waiting = new EventEmitter();
let created = 0;
let headersSeen: string[] = [];

const createServer = (): McpServer => {
  created += 1;
  const server = new McpServer({ name: 'v1', version: '1.0.0' });
  server.registerTool('record', { inputSchema: { id: z.string() } }, ({ id }, extra) => {
    headersSeen = Object.keys(extra.requestInfo?.headers ?? {});
    const record = callerOf(extra).requireOwn(
      records.get(id),
      () => new UserFacingError(`There is no record ${id}.`),
    );
    return { content: [{ type: 'text', text: record.text }] };
  });
  server.registerTool('board', {}, (extra) => {
    callerOf(extra).requireTenant('evil');
    return { content: [{ type: 'text', text: 'topsecret' }] };
  });
  server.registerTool('waits', {}, (extra) => {
    extra.signal.addEventListener('abort', () => waiting.emit('aborted'), { once: true });
    waiting.emit('started');
    return new Promise(() => undefined);
  });
  return server;
};

let server: TestServer;
beforeAll(async () => {
  server = await aResourceServer({
    application: fromV1Server(createServer, {
      unlisted: 'deny',
      tools: { record: {}, waits: {}, board: {} },
    }),
  });
});
afterAll(() => server.close());
beforeEach(() => server.log.clear());

const post = (body: unknown, headers: Record<string, string> = {}) =>
  server.send(aPost(body, { token: anAccessToken(server.key), headers }));
const call = (name: string, args: Record<string, unknown> = {}) =>
  post(legacyRequest('tools/call', { name, arguments: args }));

describe('an unchanged v1 server', () => {
  it('gets a fresh instance per request, because nothing may be remembered between callers', async () => {
    const before = created;
    await (await post(legacyRequest('ping'))).text();
    await (await post(legacyRequest('ping'))).text();
    expect(created - before).toBe(2);
  });

  it('can guard its records with callerOf, and other tenants learn nothing', async () => {
    const foreign = await (await call('record', { id: '1' })).text();
    expect(foreign).toContain('There is no record 1.');
    expect(foreign).not.toContain('topsecret');
    expect(JSON.stringify(server.log.decisions)).toContain('tenant.denied');
    expect(headersSeen).not.toContain('authorization');
  });

  it('refuses with 403 what belongs to another tenant, although SDK v1 answers with a stream', async () => {
    const response = await call('board');
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain('topsecret');
    expect(server.log.only.metadata.event_code).toBe('tenant.denied');
  });

  it('is closed to tools that nobody named, because `unlisted` says so', async () => {
    expect((await call('other')).status).toBe(403);
  });

  it.each(['GET', 'DELETE'])(
    'answers %s with 405, because there are no sessions',
    async (method) => {
      const headers = { authorization: `Bearer ${anAccessToken(server.key)}` };
      const response = await server.send(new Request(resourceIdentifier, { method, headers }));
      expect(response.status).toBe(405);
    },
  );

  it('tells a client of 2026-07-28 in the body what it speaks, so that it can fall back', async () => {
    const discover = legacyRequest('server/discover');
    const response = await post(discover, { 'mcp-protocol-version': '2026-07-28' });
    expect(response.status).toBe(400);
    expect(await messageOf(response)).toMatchObject({ jsonrpc: '2.0', error: {} });
  });

  it('aborts its handlers when the server closes', async () => {
    const other = await aResourceServer({
      application: fromV1Server(createServer, { unlisted: 'allow' }),
      key: server.key,
    });
    const token = anAccessToken(server.key);
    const request = aPost(legacyRequest('tools/call', { name: 'waits', arguments: {} }), { token });
    const [started, aborted] = [once(waiting, 'started'), once(waiting, 'aborted')];
    const response = other.send(request);
    await started;
    await other.close();
    await aborted;
    await (await response).text();
  });

  it('says nothing to the client about a factory that throws, and everything to the operator', async () => {
    const broken = await aResourceServer({
      application: fromV1Server(() => Promise.reject(new Error('password=hunter2')), {
        unlisted: 'allow',
      }),
      key: server.key,
    });
    const token = anAccessToken(server.key);
    const response = await broken.send(aPost(legacyRequest('ping'), { token }));
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('hunter2');
    expect(broken.faults).toEqual([new Error('password=hunter2')]);
    await broken.close();
  });
});

describe('a client that goes away', () => {
  let listener: Listener;
  const allowedHosts: string[] = [];
  let live: TestServer;
  beforeAll(async () => {
    live = await aResourceServer({
      application: fromV1Server(createServer, { unlisted: 'allow' }),
      config: { allowedHosts },
      key: server.key,
    });
    listener = await listen(live.handle, { host: '127.0.0.1', port: 0 });
    allowedHosts.push(`127.0.0.1:${listener.port}`);
  });
  afterAll(async () => {
    await live.close();
    await listener.close(0);
  });

  it('cancels what it asked for, because nobody waits for it any more', async () => {
    const controller = new AbortController();
    const [started, aborted] = [once(waiting, 'started'), once(waiting, 'aborted')];
    const response = fetch(`http://127.0.0.1:${listener.port}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${anAccessToken(server.key)}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify(legacyRequest('tools/call', { name: 'waits', arguments: {} })),
      signal: controller.signal,
    });
    await started;
    controller.abort();
    await expect(response).rejects.toThrow();
    await aborted;
  });
});
