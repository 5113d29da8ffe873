import { createHash, generateKeyPairSync } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { resourcePattern } from '../../../oauth/resource-pattern.ts';
import type { IdentityKey } from '../../../server/guard/caller-identity.ts';
import { guardUpstream } from '../../../server/guard/guard.ts';
import { type Listener, listen } from '../../../server/listener.ts';
import {
  aPost,
  aResourceServer,
  legacyRequest,
  messageOf,
  type TestServer,
} from '../../support/resource-server.ts';
import {
  anAccessToken,
  everydayScopes,
  frozenNow,
  resourceIdentifier,
} from '../../support/tokens.ts';
import { type RawUpstream, startRawUpstream } from './raw-upstream.ts';

const secret = Buffer.from('a shared secret of at least 32 bytes');

const notes = resourcePattern('notes:///{tenant}/{id}');
if (!notes.ok) throw new Error(notes.error);

const access = {
  tools: {
    ...Object.fromEntries(
      [
        'echo',
        'slow',
        'silent',
        'mute',
        'dies',
        'unauthorized',
        'redirects',
        'error page',
        'json error',
      ].map((name) => [name, {}]),
    ),
    export: { tenantArgument: 'tenant' },
    finance: { groups: ['finance'] },
    admin: { scopes: ['mcp:admin'] },
  },
  resources: [{ pattern: notes.value, tenantVariable: 'tenant' }],
};

let upstream: RawUpstream;
let server: TestServer;

const guarding = (changes: { identityKey?: IdentityKey; hideUnreachable?: boolean } = {}) =>
  guardUpstream({ upstreamUrl: upstream.url, identityKey: { secret }, access, ...changes });

beforeAll(async () => {
  upstream = await startRawUpstream();
  server = await aResourceServer({ application: guarding() });
});
afterAll(async () => {
  await server.close();
  await upstream.close();
});
beforeEach(() => {
  server.log.clear();
  upstream.seen.length = 0;
});

type Claims = Record<string, unknown>;
type Options = { claims?: Claims; headers?: Record<string, string>; to?: TestServer };

const post = (body: unknown, { claims = {}, headers = {}, to = server }: Options = {}) =>
  to.send(aPost(body, { token: anAccessToken(server.key, claims), headers }));
const call = (name: string, args: Claims = {}, options: Options = {}) =>
  post(legacyRequest('tools/call', { name, arguments: args }), options);
const without = (method: string, headers: Record<string, string>, claims: Claims = {}) =>
  server.send(
    new Request(resourceIdentifier, {
      method,
      headers: { authorization: `Bearer ${anAccessToken(server.key, claims)}`, ...headers },
    }),
  );
const initialize = async (claims: Claims = {}): Promise<string> => {
  const response = await post(legacyRequest('initialize'), { claims });
  return response.headers.get('mcp-session-id') as string;
};
const codes = () => server.log.decisions.map(({ metadata }) => metadata.event_code);

describe('what the upstream sees', () => {
  it('no credential, cookie, hop-by-hop or forwarded header of the client, and no identity but ours', async () => {
    const token = anAccessToken(server.key);
    const headers = {
      cookie: 'a=b',
      forwarded: 'for=1.2.3.4',
      'x-forwarded-for': '1.2.3.4',
      'x-real-ip': '1.2.3.4',
      'proxy-authorization': 'Basic x',
      'caller-identity': 'forged',
      'Caller-Identity-Extra': 'forged',
      te: 'trailers',
      'x-api-key': 'k',
      'mcp-protocol-version': '2025-11-25',
      'mcp-param-region': 'eu',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    };
    await server.send(aPost(legacyRequest('tools/call', { name: 'echo' }), { token, headers }));
    const [seen] = upstream.seen;
    expect(Object.keys(seen?.headers ?? {}).sort()).toEqual([
      'accept',
      'caller-identity',
      'connection',
      'content-length',
      'content-type',
      'host',
      'mcp-param-region',
      'mcp-protocol-version',
      'traceparent',
    ]);
    expect(seen?.headers['caller-identity']).not.toBe('forged');
    expect(JSON.stringify(seen)).not.toContain(token);
  });

  it('the message that was authorised, written anew, because two parsers may read two messages', async () => {
    const body =
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"admin","name":"echo"}}';
    await post(body);
    expect(upstream.seen[0]?.body).toBe(
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}',
    );
  });

  it.each([
    '{"jsonrpc":"2.0","id":1,"method":"ping","Method":"tools/call","params":{"name":"admin"}}',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","NAME":"admin"}}',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"},"param\u017f":{"name":"admin"}}',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"export","arguments":{"tenant":"acme","Tenant":"evil"}}}',
  ])('nothing of %s, because Go would read the other member', async (body) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(upstream.seen).toEqual([]);
    expect(server.log.only).toMatchObject({ status_code: 'message_malformed' });
  });
});

describe('the caller’s identity', () => {
  const body = legacyRequest('tools/call', { name: 'echo' });
  const verify = async (key: Parameters<typeof jwtVerify>[1]) => {
    const compact = upstream.seen[0]?.headers['caller-identity'] as string;
    const { origin } = new URL(upstream.url);
    const options = {
      issuer: 'cdk-secure-mcp/guard',
      audience: origin,
      currentDate: new Date(frozenNow),
    };
    return { header: decodeProtectedHeader(compact), ...(await jwtVerify(compact, key, options)) };
  };

  it('says who, for which request, and for how long, in a form that any JOSE library checks', async () => {
    await post(body);
    const { payload, header } = await verify(secret);
    expect(header).toEqual({ alg: 'HS256', typ: 'caller-identity+jwt' });
    expect(payload).toMatchObject({
      sub: '7c1f0a52-2f5e-4d53-9f0b-6c8a3a1f5a10',
      tenant: 'acme',
      scope: everydayScopes.join(' '),
      groups: ['tenant:acme'],
      machine: false,
      htm: 'POST',
      htu: upstream.url,
      body_sha256: createHash('sha256')
        .update(upstream.seen[0]?.body ?? '')
        .digest('base64url'),
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(30);
    expect(payload).not.toHaveProperty('username');
  });

  it('is new for every request, because a replay is recognised by its jti', async () => {
    await post(body);
    await post(body);
    const [first, second] = upstream.seen.map(({ headers }) => headers['caller-identity']);
    expect(first).not.toBe(second);
  });

  it('is signed with Ed25519 where the upstream should not be able to sign', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const other = await aResourceServer({
      application: guarding({ identityKey: { privateKey, keyId: 'k1' } }),
      key: server.key,
    });
    await post(body, { to: other });
    expect((await verify(publicKey)).header).toMatchObject({ alg: 'EdDSA', kid: 'k1' });
    await other.close();
  });
});

describe('the access policy', () => {
  it.each([
    ['unheard_of', {}, 403, 'operation_unlisted'],
    ['admin', {}, 403, 'scope_insufficient'],
    ['finance', {}, 403, 'group_missing'],
    ['export', { tenant: 'evil' }, 403, 'tenant_mismatch'],
    ['export', { tenant: 'acme' }, 200, undefined],
  ])('holds for %s with %j: %i', async (name, args, status, reason) => {
    expect((await call(name, args)).status).toBe(status);
    expect(server.log.only.status_code).toBe(reason);
    expect(upstream.seen).toHaveLength(status === 200 ? 1 : 0);
  });

  it('filters the upstream’s lists for the caller, in their order and as private', async () => {
    const hiding = await aResourceServer({
      application: guarding({ hideUnreachable: true }),
      key: server.key,
    });
    const list = async (method: string, claims = {}) =>
      (await messageOf(await post(legacyRequest(method), { to: hiding, claims }))).result as Claims;
    const tools = await list('tools/list');
    expect(tools).toMatchObject({
      tools: [{ name: 'echo' }, { name: 'slow' }],
      cacheScope: 'private',
    });
    const finance = await list('tools/list', { 'cognito:groups': ['finance'] });
    expect(finance.tools).toHaveLength(3);
    expect(await list('resources/list')).toEqual({
      resources: [{ uri: 'notes:///acme/1', name: 'a' }],
    });
    await hiding.close();
  });

  it('leaves the lists alone otherwise', async () => {
    const { result } = await messageOf(await post(legacyRequest('tools/list')));
    expect((result as { tools: unknown[] }).tools).toHaveLength(4);
  });
});

describe('what the client sees', () => {
  it('the answer, and none of the upstream’s own headers', async () => {
    const response = await call('echo');
    expect(await messageOf(response)).toMatchObject({ result: { content: [{ text: 'echo' }] } });
    for (const name of ['set-cookie', 'server', 'x-powered-by'])
      expect(response.headers.get(name)).toBeNull();
    expect(codes()).toEqual(['access.allowed']);
  });

  it('a JSON-RPC error unchanged, because a client of both eras decides by its body', async () => {
    const response = await call('json error');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: -32022, data: { supported: ['2025-11-25'] } },
    });
  });

  it('nothing of an error page, because it may quote a stack', async () => {
    const response = await call('error page');
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      jsonrpc: '2.0',
      error: { code: -32603, message: 'The MCP server refused the request' },
      id: null,
    });
  });

  it.each(['unauthorized', 'redirects'])(
    '502 where the upstream %s, because neither is for the client',
    async (name) => {
      const response = await call(name);
      expect(response.status).toBe(502);
      expect(response.headers.get('www-authenticate')).toBeNull();
      expect(response.headers.get('location')).toBeNull();
      expect(server.log.only).toMatchObject({
        status_code: 'upstream_unavailable',
        severity_id: 4,
      });
    },
  );

  it('202 for a notification', async () => {
    const response = await post({ jsonrpc: '2.0', method: 'notifications/initialized' });
    expect(response.status).toBe(202);
    expect(await response.text()).toBe('');
  });

  it('502 with a JSON-RPC error while the upstream is down, and the reason is in the log', async () => {
    const down = await startRawUpstream();
    await down.close();
    const other = await aResourceServer({
      application: guardUpstream({ upstreamUrl: down.url, identityKey: { secret }, access }),
      key: server.key,
    });
    const response = await call('echo', {}, { to: other });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({
      jsonrpc: '2.0',
      error: { code: -32603 },
      id: null,
    });
    expect(other.log.only).toMatchObject({
      status_code: 'upstream_unavailable',
      unmapped: { evidence: { cause: 'ECONNREFUSED' } },
    });
    await other.close();
  });
});

describe('sessions of the upstream', () => {
  it('are known to the client by a handle and to the upstream by its own id', async () => {
    const handle = await initialize();
    expect(handle).not.toContain('session-of-upstream');
    expect(handle).toMatch(/^[\x21-\x7e]+$/);
    await post(legacyRequest('tools/list'), { headers: { 'mcp-session-id': handle } });
    expect(upstream.seen[1]?.headers['mcp-session-id']).toBe('session-of-upstream');
  });

  it('keep their handle in every answer that names them, and others get their own', async () => {
    const handle = await initialize();
    const again = await post(legacyRequest('initialize'), {
      headers: { 'mcp-session-id': handle },
    });
    expect(again.headers.get('mcp-session-id')).toBe(handle);
    expect(await initialize({ sub: 'eve' })).not.toBe(handle);
    expect(await initialize()).toBe(handle);
  });

  it.each([
    ['another person', { sub: 'eve' }],
    ['the same subject in another tenant', { tenant_id: 'evil' }],
  ])('are refused to %s like one that never was, and suspected in the log', async (_, claims) => {
    const handle = await initialize();
    server.log.clear();
    upstream.seen.length = 0;
    const stolen = await without('GET', { 'mcp-session-id': handle }, claims);
    const invented = await without('GET', { 'mcp-session-id': 'x.y.z' }, claims);
    expect([stolen.status, await stolen.text()]).toEqual([invented.status, await invented.text()]);
    expect(stolen.status).toBe(404);
    expect(upstream.seen).toEqual([]);
    expect(
      server.log.decisions.map(({ metadata, status_code }) => [metadata.event_code, status_code]),
    ).toEqual([
      ['session.hijack_suspected', 'session_foreign'],
      ['request.rejected', 'session_unknown'],
    ]);
    expect(server.log.decisions[0]?.severity_id).toBe(4);
    // Findings are counted by the handle, which the log knows by a hash.
    expect(server.log.decisions[0]?.unmapped).toMatchObject({
      evidence: { handle: expect.stringMatching(/^[0-9a-f]{16}$/) },
    });
    expect(JSON.stringify(server.log.events)).not.toContain(handle.slice(-20));
  });

  it('need no upstream id in the open: that one is no handle', async () => {
    const response = await without('DELETE', { 'mcp-session-id': 'session-of-upstream' });
    expect(response.status).toBe(404);
  });

  it('are the only thing a GET or DELETE can be about', async () => {
    expect((await without('GET', {})).status).toBe(405);
    expect((await without('DELETE', {})).status).toBe(405);
    const handle = await initialize();
    expect((await without('DELETE', { 'mcp-session-id': handle })).status).toBe(200);
  });
});

describe('streams', () => {
  let listener: Listener;
  let url: string;
  let live: TestServer;
  const headers = () => ({
    authorization: `Bearer ${anAccessToken(live.key)}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  });
  const open = (name: string, init: RequestInit = {}) =>
    fetch(url, {
      method: 'POST',
      headers: headers(),
      body: JSON.stringify(legacyRequest('tools/call', { name })),
      ...init,
    });
  const seenOf = async (count: number) => {
    for (let tries = 0; upstream.seen.length < count && tries < 200; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    return upstream.seen[count - 1];
  };

  beforeAll(async () => {
    const allowedHosts: string[] = [];
    live = await aResourceServer({
      application: guarding(),
      key: server.key,
      config: { allowedHosts },
    });
    listener = await listen(live.handle, { host: '127.0.0.1', port: 0 });
    allowedHosts.push(`127.0.0.1:${listener.port}`);
    url = `http://127.0.0.1:${listener.port}/mcp`;
  });
  afterAll(async () => {
    await live.close();
    await listener.close(0);
  });

  it('arrive event by event, because progress that waits for the result is no progress', async () => {
    const response = await open('slow');
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const startedAt = performance.now();
    const first = Buffer.from((await reader.read()).value ?? []).toString();
    expect(performance.now() - startedAt).toBeLessThan(200);
    expect(first).toContain('"progress":1');
    expect(first).not.toContain('done');
    let rest = '';
    for (let part = await reader.read(); !part.done; part = await reader.read())
      rest += Buffer.from(part.value).toString();
    expect(rest).toContain('done');
  });

  it.each(['silent', 'mute'])(
    'a client that leaves a %s tool closes the connection to the upstream, because that is how it cancels',
    async (name) => {
      const controller = new AbortController();
      const response = open(name, { signal: controller.signal });
      response.catch(() => undefined);
      const seen = await seenOf(1);
      if (name === 'silent') await response;
      controller.abort();
      await seen?.closed;
      expect(live.log.events.filter(({ severity_id }) => severity_id >= 4)).toEqual([]);
    },
  );

  it('an upstream that dies in the middle is a broken stream, because a clean end would be a lie', async () => {
    const response = await open('dies');
    await expect(response.text()).rejects.toThrow();
  });

  it('a GET stream carries what the upstream says and ends when the guard closes', async () => {
    const first = await fetch(url, {
      method: 'POST',
      headers: headers(),
      body: JSON.stringify(legacyRequest('initialize')),
    });
    const handle = first.headers.get('mcp-session-id') as string;
    const stream = await fetch(url, { headers: { ...headers(), 'mcp-session-id': handle } });
    const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toContain(
      'notifications/message',
    );
    await live.close();
    expect((await reader.read()).done).toBe(true);
  });

  it('a GET stream ends when the guard drains, and calls go on', async () => {
    const handle = await initialize();
    const stream = await fetch(url, { headers: { ...headers(), 'mcp-session-id': handle } });
    const call = open('slow').then((response) => response.text());
    await new Promise((resolve) => setTimeout(resolve, 50));
    await live.drain();
    await stream.text();
    expect(await call).toContain('done');
  });

  it('a GET stream does not outlive the access token that opened it', async () => {
    const handle = await initialize();
    const exp = Math.floor(frozenNow / 1000) + 1;
    const stream = await without('GET', { 'mcp-session-id': handle }, { exp });
    const startedAt = performance.now();
    await stream.text();
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });
});

it.each([
  'http://example.com/mcp',
  'http://169.254.169.254/',
  'https://127.0.0.1/mcp',
  'http://127.0.0.1.evil.test/mcp',
  'http://localhost.evil.test/',
  'http://user@127.0.0.1/mcp',
  'http://10.0.0.1/mcp',
  'file:///etc/passwd',
  'nonsense',
])(
  'refuses %s as upstream at the start, because only loopback is out of reach of others',
  (upstreamUrl) => {
    expect(() => guardUpstream({ upstreamUrl, identityKey: { secret }, access })).toThrow(
      'upstreamUrl',
    );
  },
);
