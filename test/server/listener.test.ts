import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { IncomingCall } from '../../server/incoming-call.ts';
import { type Listener, listen } from '../../server/listener.ts';
import { defineTool } from '../../server/mcp/tool.ts';
import { startResourceServer } from '../../server/start-resource-server.ts';
import {
  aResourceServer,
  aServerConfig,
  legacyRequest,
  modernRequest,
  RecordingLog,
  type TestServer,
} from '../support/resource-server.ts';
import { anAccessToken, aSigningKey, frozenNow, jwksResponse } from '../support/tokens.ts';

const megabyte = 1024 * 1024;
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const serve = async (handle: (call: IncomingCall) => Promise<Response>): Promise<Listener> => {
  const listener = await listen(handle, { host: '127.0.0.1', port: 0 });
  open.push(() => listener.close(0));
  return listener;
};

const serveMcp = async (
  options: Parameters<typeof aResourceServer>[0] = {},
): Promise<{ server: TestServer; url: string; port: number }> => {
  const allowedHosts: string[] = [];
  const server = await aResourceServer({ ...options, config: { ...options.config, allowedHosts } });
  const { port } = await serve(server.handle);
  open.push(() => server.close());
  allowedHosts.push(`127.0.0.1:${port}`);
  return { server, port, url: `http://127.0.0.1:${port}/mcp` };
};

/** Sends bytes as they are and returns everything that comes back until the connection closes. */
const raw = (port: number, ...chunks: readonly (string | Buffer)[]): Promise<string> =>
  new Promise((resolve) => {
    const received: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => {
      for (const chunk of chunks) socket.write(chunk);
    });
    socket.on('data', (data) => received.push(data));
    socket.on('error', (error) => received.push(Buffer.from(`[${error.message}]`)));
    socket.on('close', () => resolve(Buffer.concat(received).toString()));
  });

const echo = async (call: IncomingCall): Promise<Response> => {
  const body = await call.readBody(megabyte);
  const { method, url, headers } = call.toRequest();
  return Response.json({
    method,
    path: new URL(url).pathname,
    headers: Object.fromEntries(headers),
    duplicateAuthorization: call.duplicateAuthorization,
    body: body.ok ? Buffer.from(body.value).toString() : body.error.reason,
  });
};

describe('the listener', () => {
  it('hands over method, path, headers and body, and answers with a content length', async () => {
    const { port } = await serve(echo);
    const response = await fetch(`http://127.0.0.1:${port}/a?b=c`, {
      method: 'POST',
      body: 'hello',
      headers: { 'x-one': '1' },
    });
    expect(response.headers.get('content-length')).not.toBeNull();
    expect(await response.json()).toMatchObject({
      method: 'POST',
      path: '/a',
      headers: { 'x-one': '1', host: `127.0.0.1:${port}` },
      body: 'hello',
      duplicateAuthorization: false,
    });
  });

  it('notices two Authorization fields, although Node hides the second', async () => {
    const { port } = await serve(echo);
    const answer = await raw(
      port,
      'GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a\r\nauthorization: Bearer b\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toContain('"duplicateAuthorization":true');
  });

  it('shows two Host fields as a value that no list contains', async () => {
    const { server, port } = await serveMcp();
    const answer = await raw(
      port,
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nHost: evil.test\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 (400|403)/);
    expect(server.log.decisions.length).toBeLessThanOrEqual(1);
  });

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', '400'],
    ['a request without Host', 'GET / HTTP/1.1\r\n\r\n', '400'],
    ['an absolute URL, as to a proxy', 'GET http://evil.test/ HTTP/1.1\r\nHost: a\r\n\r\n', '400'],
    ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n', '400'],
    [
      'a length and chunks together (smuggling)',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '400',
    ],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
      '400',
    ],
    ['headers over 16 KB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, '431'],
  ])('answers %s tersely and closes', async (_, bytes, status) => {
    const { port } = await serve(echo);
    const answer = await raw(port, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer.toLowerCase()).toContain('connection: close');
    // Node itself answers a missing Host, with an empty chunked body.
    expect(answer.split('\r\n\r\n')[1]).toMatch(/^(0\r\n)?$|^0$/);
  });

  it('answers HEAD without a body', async () => {
    const { port } = await serveMcp();
    const answer = await raw(
      port,
      `HEAD /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200/);
    expect(answer.split('\r\n\r\n')[1]).toBe('');
  });

  it('answers 500 without a word when the handler throws', async () => {
    const faults: unknown[] = [];
    const listener = await listen(() => Promise.reject(new Error('secret')), {
      host: '127.0.0.1',
      port: 0,
      onFault: (fault) => faults.push(fault),
    });
    open.push(() => listener.close(0));
    const response = await fetch(`http://127.0.0.1:${listener.port}/`);
    expect(response.status).toBe(500);
    expect(await response.text()).toBe('');
    expect(faults).toEqual([new Error('secret')]);
  });
});

describe('bodies nobody asked for', () => {
  it('a small one leaves the connection open, because a 401 is how every client starts', async () => {
    const { url } = await serveMcp();
    const response = await fetch(url, { method: 'POST', body: '{}' });
    expect(response.status).toBe(401);
    expect(response.headers.get('connection')).toBe('keep-alive');
  });

  it('4 MB without a token get their 401, and the connection closes', async () => {
    const { port } = await serveMcp();
    const head = `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: ${4 * megabyte}\r\n\r\n`;
    const answer = await raw(port, head, Buffer.alloc(4 * megabyte));
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer.toLowerCase()).toContain('connection: close');
  });

  it('a client that reads only after it has sent everything still gets its 401, not a reset', async () => {
    const { port } = await serveMcp();
    const length = 900 * 1024;
    const head = `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: ${length}\r\n\r\n`;
    const answer = await new Promise<string>((resolve) => {
      const received: Buffer[] = [];
      const socket = connect(port, '127.0.0.1', () => {
        socket.pause();
        socket.write(head);
        const sendPart = (left: number) => {
          if (left === 0) setTimeout(() => socket.resume(), 50);
          else socket.write(Buffer.alloc(length / 9), () => setTimeout(sendPart, 20, left - 1));
        };
        sendPart(9);
      });
      socket.on('data', (data) => received.push(data));
      socket.on('error', (error) => received.push(Buffer.from(`[${error.message}]`)));
      socket.on('close', () => resolve(Buffer.concat(received).toString()));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).not.toContain('[');
  });

  it('large ones without end are cut off after a moment, and their places are free again', async () => {
    const { port } = await serveMcp();
    const head = `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: ${4 * megabyte}\r\n\r\n`;
    const openMs = () =>
      new Promise<number>((resolve) => {
        let answeredAt = 0;
        const socket = connect(port, '127.0.0.1', () => socket.write(head));
        socket.on('data', () => {
          answeredAt ||= performance.now();
        });
        socket.on('error', () => undefined);
        socket.on('close', () => resolve(performance.now() - answeredAt));
      });
    const rounds = Array.from({ length: 6 }, () => 200);
    for (const size of rounds) {
      const waited = await Promise.all(Array.from({ length: size }, openMs));
      // More than a thousand at a time would not be waited for; these come one after the other.
      expect(Math.min(...waited)).toBeGreaterThan(80);
      expect(Math.max(...waited)).toBeLessThan(2000);
    }
  });

  it('a client that waits for an invitation is not invited before its token was checked', async () => {
    const { port } = await serveMcp();
    const head = `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n`;
    const answer = await raw(port, head);
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('a client that waits for an invitation gets one when it is welcome', async () => {
    const { server, port } = await serveMcp();
    const body = JSON.stringify(legacyRequest('ping'));
    const head = [
      'POST /mcp HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      `Authorization: Bearer ${anAccessToken(server.key)}`,
      'Content-Type: application/json',
      'Accept: application/json, text/event-stream',
      `Content-Length: ${body.length}`,
      'Expect: 100-continue',
      'Connection: close',
    ].join('\r\n');
    const answer = await raw(port, `${head}\r\n\r\n`, body);
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
  });

  it.each([
    ['announced', (size: number) => ({ body: Buffer.alloc(size, ' ') })],
    [
      'not announced (chunked)',
      (size: number) => ({
        body: new ReadableStream({
          start: (controller) => {
            for (let sent = 0; sent < size; sent += 65_536)
              controller.enqueue(new Uint8Array(65_536));
            controller.close();
          },
        }),
        duplex: 'half',
      }),
    ],
  ])('10 MB with a good token, %s, are 413, and the server is well afterwards', async (_, init) => {
    const { server, url } = await serveMcp();
    const headers = {
      authorization: `Bearer ${anAccessToken(server.key)}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    };
    const big = { method: 'POST', headers, ...init(10 * megabyte) } as RequestInit;
    const response = await fetch(url, big);
    expect(response.status).toBe(413);
    expect(server.log.only).toMatchObject({ status_code: 'body_too_large' });
    const small = JSON.stringify(legacyRequest('ping'));
    expect((await fetch(url, { method: 'POST', headers, body: small })).status).toBe(200);
  });
});

describe('streams and disconnects', () => {
  const aSlowTool = () => {
    const state = { isStarted: false, isAborted: false };
    const tool = defineTool({
      name: 'slow',
      title: 'Slow',
      description: 'Waits until it is cancelled.',
      requiredScopes: [],
      inputSchema: z.object({ ms: z.number() }),
      annotations: {},
      handler: ({ ms }, { signal }) =>
        new Promise((resolve) => {
          state.isStarted = true;
          const timer = setTimeout(() => resolve({ content: [] }), ms);
          signal.addEventListener('abort', () => {
            state.isAborted = true;
            clearTimeout(timer);
          });
        }),
    });
    const application = { name: 'slow', title: 'Slow', version: '1', tools: [tool] };
    return { state, application };
  };

  const until = async (condition: () => boolean): Promise<void> => {
    for (let attempt = 0; attempt < 200 && !condition(); attempt += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
  };

  const postTo = (
    url: string,
    token: string,
    { body, headers }: ReturnType<typeof modernRequest>,
    init: RequestInit = {},
  ) =>
    fetch(url, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        ...headers,
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      ...init,
    });

  it('a client that goes away cancels the tool (2026-07-28: must be treated as cancel)', async () => {
    const { state, application } = aSlowTool();
    const { server, url } = await serveMcp({ application });
    const controller = new AbortController();
    const request = modernRequest('tools/call', { name: 'slow', arguments: { ms: 10_000 } });
    const answer = postTo(url, anAccessToken(server.key), request, { signal: controller.signal });
    await until(() => state.isStarted);
    controller.abort();
    await expect(answer).rejects.toThrow();
    await until(() => state.isAborted && server.log.decisions.length > 0);
    expect(state.isAborted).toBe(true);
    expect(server.log.only.metadata.event_code).toBe('access.allowed');
  });

  it('a subscription streams at once and ends with the access token that opened it', async () => {
    const { server, url } = await serveMcp({ now: Date.now });
    const seconds = Math.floor(Date.now() / 1000);
    const token = anAccessToken(server.key, { iat: seconds - 10, exp: seconds + 2 });
    const request = modernRequest('subscriptions/listen', {
      notifications: { toolsListChanged: true },
    });
    const response = await postTo(url, token, request);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const text = await response.text().catch(() => 'cut');
    expect(Date.now() / 1000).toBeGreaterThanOrEqual(seconds + 1.5);
    expect(Date.now() / 1000).toBeLessThan(seconds + 5);
    expect(text).toContain('notifications/subscriptions/acknowledged');
  });

  it('closing lets a call in flight finish and accepts no new one', async () => {
    const { application } = aSlowTool();
    const key = aSigningKey('key-1');
    const log = new RecordingLog();
    const allowedHosts: string[] = [];
    const running = await startResourceServer(aServerConfig({ allowedHosts }), {
      securityLog: log,
      application,
      now: () => frozenNow,
      fetchJwks: async () => jwksResponse(key),
    });
    allowedHosts.push(`127.0.0.1:${running.port}`);
    const url = `http://127.0.0.1:${running.port}/mcp`;
    const request = modernRequest('tools/call', { name: 'slow', arguments: { ms: 300 } });
    const inFlight = postTo(url, anAccessToken(key), request);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const closed = running.close({ drainMs: 5000 });
    expect((await inFlight).status).toBe(200);
    await closed;
    await expect(fetch(url)).rejects.toThrow();
    const codes = log.events.map(({ metadata }) => metadata.event_code);
    expect(codes).toEqual([
      'keys.refreshed',
      'service.configured',
      'service.started',
      'service.stopping',
      'access.allowed',
    ]);
  });

  it('closing does not wait for a connection on which nothing was ever sent', async () => {
    const { port, close } = await listen(async () => new Response('ok'), {
      host: '127.0.0.1',
      port: 0,
    });
    const socket = connect(port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const gone = new Promise((resolve) => socket.once('close', resolve));
    const start = performance.now();
    await Promise.all([close(10_000), gone]);
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('closing does not wait for ever', async () => {
    const { application } = aSlowTool();
    const { server, port, url } = await serveMcp({ application });
    expect(port).toBeGreaterThan(0);
    const request = modernRequest('tools/call', { name: 'slow', arguments: { ms: 60_000 } });
    const answer = postTo(url, anAccessToken(server.key), request).catch(() => 'cut');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const startedAt = Date.now();
    for (const close of open.splice(0)) await close();
    expect(Date.now() - startedAt).toBeLessThan(3000);
    expect(await answer).toBe('cut');
  });
});

describe('both eras through a socket', () => {
  it('2025-11-25 without headers of its own, and 2026-07-28, get the same tool list', async () => {
    const { server, url } = await serveMcp();
    const common = {
      authorization: `Bearer ${anAccessToken(server.key)}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    };
    const { body, headers } = modernRequest('tools/list');
    const modern = await fetch(url, {
      method: 'POST',
      headers: { ...common, ...headers },
      body: JSON.stringify(body),
    });
    const legacy = await fetch(url, {
      method: 'POST',
      headers: common,
      body: JSON.stringify(legacyRequest('tools/list')),
    });
    expect(modern.headers.get('content-type')).toContain('application/json');
    expect(legacy.headers.get('content-type')).toContain('text/event-stream');
    const names = (text: string) =>
      [...text.matchAll(/"name":"(whoami|[a-z]+_notes?)"/g)].map((m) => m[1]);
    const expected = ['whoami', 'search_notes', 'add_note', 'delete_note'];
    expect(names(await modern.text())).toEqual(expected);
    expect(names(await legacy.text())).toEqual(expected);
    expect(server.log.decisions).toHaveLength(2);
  });
});
