import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aLocalDeployment, eventCode, type LocalDeployment } from '../support/local-deployment.ts';
import { accessTokenOf } from '../support/oauth-by-hand.ts';
import { sendRaw } from '../support/raw-http.ts';
import { aPost, legacyRequest, messageOf, modernRequest } from '../support/resource-server.ts';
import { type WireAnswer, wireAnswer } from '../support/wire-answer.ts';
import { expectNoInternals } from '../support/wire-body.ts';

/** Nonsense at the MCP endpoint, and at the socket in front of it. Each answer is an error of the protocol in use, and says nothing else. */

const megabyte = 1024 * 1024;

let local: LocalDeployment;
let token: string;
let port: number;

beforeAll(async () => {
  local = await aLocalDeployment();
  token = await accessTokenOf(local, 'alice');
  port = Number(new URL(local.origin).port);
});

afterAll(() => local.close());

const postMcp = async (
  body: unknown,
  options: Parameters<typeof aPost>[1] = {},
): Promise<WireAnswer> =>
  wireAnswer(await fetch(aPost(body, { url: local.mcpUrl, token, ...options })));

describe('the MCP endpoint', () => {
  it.each([
    ['is not JSON', '{"jsonrpc":"2.0",', 400, -32700],
    ['is not UTF-8 text', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 400, -32700],
    ['is empty', '', 400, -32700],
    ['is JSON and no message', '{"hello":"world"}', 400, -32600],
    ['is null', 'null', 400, -32600],
    ['is a number', '42', 400, -32600],
    ['is an empty batch', '[]', 400, -32600],
    [
      'is a batch of a thousand',
      JSON.stringify(Array(1000).fill(legacyRequest('ping'))),
      400,
      -32600,
    ],
    ['nests ten thousand levels deep', `${'['.repeat(10_000)}${']'.repeat(10_000)}`, 400, -32600],
    ['is of another JSON-RPC', '{"jsonrpc":"1.0","id":1,"method":"ping"}', 400, -32600],
    ['has a method that is a number', '{"jsonrpc":"2.0","id":1,"method":7}', 400, -32600],
    ['names a prototype', '{"jsonrpc":"2.0","id":1,"method":"__proto__","params":{}}', 400, -32601],
  ])('answers a body that %s with a JSON-RPC error', async (_, body, status, code) => {
    const response = await fetch(local.mcpUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${token}`,
      },
      body,
    });
    const answer = await wireAnswer(response.clone());
    const message = await messageOf(response);
    expect(message).toMatchObject({ jsonrpc: '2.0', error: { code } });
    // The SDK answers an unknown method of a 2025 client with 200, as JSON-RPC has it.
    expect([status, 200]).toContain(answer.status);
  });

  it('answers an unknown method with -32601, in the status of each revision', async () => {
    const { body, headers } = modernRequest('does/not-exist');
    const modern = await postMcp(body, { headers });
    expect(modern.status).toBe(404);
    expect(JSON.parse(modern.text)).toMatchObject({ error: { code: -32601 } });
    const legacy = await postMcp(legacyRequest('does/not-exist'));
    expect(legacy.text).toContain('-32601');
  });

  it.each([
    ['no name', {}],
    ['a name that is a list', { name: ['whoami'] }],
    ['a tool that does not exist', { name: 'rm_rf', arguments: {} }],
    ['a required argument missing', { name: 'add_note', arguments: { title: 'x' } }],
    ['an argument of the wrong type', { name: 'add_note', arguments: { title: 7, text: {} } }],
    ['arguments that are a list', { name: 'whoami', arguments: [] }],
    [
      'an argument that is far too long',
      { name: 'add_note', arguments: { title: 'x', text: 'y'.repeat(100_000) } },
    ],
  ])('answers tools/call with %s by an error of MCP', async (_, params) => {
    for (const { body, headers } of [
      modernRequest('tools/call', params),
      { body: legacyRequest('tools/call', params), headers: {} },
    ]) {
      const response = await fetch(aPost(body, { url: local.mcpUrl, token, headers }));
      await wireAnswer(response.clone());
      const message = (await messageOf(response)) as {
        error?: { code: number };
        result?: { isError?: boolean };
      };
      expect(message.error?.code !== undefined || message.result?.isError === true).toBe(true);
      expect(response.status).toBeLessThan(500);
    }
  });

  it.each([
    ['text/plain', 'text/plain'],
    ['a form', 'application/x-www-form-urlencoded'],
    ['something that begins like JSON', 'application/json-patch+json'],
  ])('answers %s with 415', async (_, contentType) => {
    const answer = await postMcp('{}', { headers: { 'content-type': contentType } });
    expect(answer.status).toBe(415);
    expect(JSON.parse(answer.text)).toMatchObject({ jsonrpc: '2.0', error: { code: -32600 } });
  });

  it.each(['PUT', 'PATCH', 'PROPFIND'])(
    'answers %s with 405 and says what it takes',
    async (method) => {
      const answer = await sendRaw(
        port,
        `${method} /mcp HTTP/1.1\r\nHost: localhost:${port}\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer.status).toBe(405);
      expect(answer.head).toMatch(/^allow: POST, GET, DELETE, OPTIONS/im);
      expectNoInternals(answer.body);
    },
  );

  it.each([
    ['a foreign Host, because of DNS rebinding', 'evil.example', undefined, 'host_not_allowed'],
    ['the Host of another port', 'localhost:1', undefined, 'host_not_allowed'],
    [
      'a foreign Origin, because a web page must not use a local server',
      undefined,
      'https://evil.example',
      'origin_not_allowed',
    ],
    ['the Origin null', undefined, 'null', 'origin_not_allowed'],
    [
      'an Origin that only begins like ours',
      undefined,
      'http://localhost.evil.example',
      'origin_not_allowed',
    ],
  ])('answers %s with 403 before it looks at the token', async (_, host, origin, reason) => {
    let status = 0;
    const events = await local.eventsDuring(async () => {
      const answer = await sendRaw(
        port,
        [
          'POST /mcp HTTP/1.1',
          `Host: ${host ?? `localhost:${port}`}`,
          ...(origin ? [`Origin: ${origin}`] : []),
          'Authorization: Bearer not-even-looked-at',
          'Content-Type: application/json',
          'Content-Length: 2',
          '',
          '{}',
        ].join('\r\n'),
      );
      expectNoInternals(answer.body);
      expect(JSON.parse(answer.body)).toMatchObject({ error: { code: -32600 } });
      expect(answer.head).not.toMatch(/access-control-allow-origin/i);
      status = answer.status;
    });
    expect(status).toBe(403);
    expect(events.map((event) => [eventCode(event), event.status_code])).toEqual([
      ['request.rejected', reason],
    ]);
  });
});

describe('a body of 10 MB', () => {
  const head = (...more: string[]) =>
    [
      'POST /mcp HTTP/1.1',
      `Host: localhost:${port}`,
      'Content-Type: application/json',
      `Content-Length: ${10 * megabyte}`,
      ...more,
      '',
      '',
    ].join('\r\n');

  it('from a stranger is answered before one byte of it has arrived, because reading is what would cost', async () => {
    const answer = await sendRaw(port, head());
    expect(answer.status).toBe(401);
    expect(answer.head).toMatch(/^www-authenticate: Bearer scope=/im);
  });

  it('from a stranger that asks first gets no invitation to send it', async () => {
    const answer = await sendRaw(port, head('Expect: 100-continue'));
    expect(answer.head).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('with a good token is 413 before it has arrived, because its length is announced', async () => {
    const answer = await sendRaw(port, head(`Authorization: Bearer ${token}`));
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body)).toMatchObject({ jsonrpc: '2.0', error: { code: -32600 } });
  });

  it('with a good token and no announced length is 413 as soon as it is too long, not when it ends', async () => {
    const chunk = `${(5 * megabyte).toString(16)}\r\n${'x'.repeat(4 * megabyte + 1)}`;
    const chunked = head(`Authorization: Bearer ${token}`, 'Transfer-Encoding: chunked');
    const answer = await sendRaw(port, chunked.replace(/Content-Length.*\r\n/, '') + chunk);
    expect(answer.status).toBe(413);
  });

  it.each([
    ['a stranger', undefined, 401],
    ['a client with a good token', 'token', 413],
  ])('that %s really sends still gets the answer through', async (_, who, status) => {
    const answer = await postMcp('x'.repeat(10 * megabyte), { token: who && token });
    expect(answer.status).toBe(status);
  });

  it.each([
    '/oauth/token',
    '/oauth/register',
    '/oauth/revoke',
    '/oauth/consent',
    '/oauth/connections',
  ])('at %s is an OAuth error, because that is what its callers can read', async (path) => {
    const response = await fetch(local.origin + path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `token=${'x'.repeat(10 * megabyte)}`,
    });
    const answer = await wireAnswer(response);
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.text)).toMatchObject({ error: 'invalid_request' });
  });
});

describe('HTTP that is not worth answering', () => {
  it.each([
    ['is no HTTP', 'hello\r\n\r\n', 400],
    [
      'has a header of 64 KB',
      () => `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(65_536)}\r\n\r\n`,
      431,
    ],
    [
      'has a cookie of 20 KB, as a browser full of old ones sends it',
      () =>
        `GET /oauth/connections HTTP/1.1\r\nHost: localhost:${port}\r\nCookie: a=${'x'.repeat(20_000)}\r\n\r\n`,
      431,
    ],
    [
      'has two lengths (request smuggling)',
      'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
    ],
    [
      'has a length and chunks (request smuggling)',
      'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'is meant for a proxy',
      'GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n',
      400,
    ],
    [
      'is a TRACE, which would show a script its own cookies',
      'TRACE /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n',
      400,
    ],
    ['has no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ])('that %s gets a status line and nothing else', async (_, text, status) => {
    const answer = await sendRaw(port, typeof text === 'string' ? text : text());
    expect(answer.status).toBe(status);
    // An empty body: of no length, or of no chunks.
    expect(['', '0\r\n\r\n']).toContain(answer.body);
  });
});

describe('after all of that', () => {
  it('a person logs in and calls a tool as if nothing had happened, and no fault was recorded', async () => {
    const fresh = await accessTokenOf(local, 'alice');
    const { body, headers } = modernRequest('tools/call', { name: 'whoami', arguments: {} });
    const message = await messageOf(
      await fetch(aPost(body, { url: local.mcpUrl, token: fresh, headers })),
    );
    expect(message.result).toMatchObject({ structuredContent: { username: 'alice' } });
    expect(local.faults).toEqual([]);
    expect(local.events.map(eventCode)).not.toContain('fault.unexpected');
  });
});
