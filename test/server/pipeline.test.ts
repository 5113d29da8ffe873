import type { McpServer } from '@modelcontextprotocol/server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defaultRateLimits } from '../../oauth/rate-limit.ts';
import { createAdmission } from '../../server/admit.ts';
import { createCallCounter } from '../../server/call-counter.ts';
import { defaultPatience } from '../../server/early-answer.ts';
import { incomingCall } from '../../server/incoming-call.ts';
import { UserFacingError } from '../../server/mcp/caller.ts';
import { defineTool } from '../../server/mcp/tool.ts';
import { isNestedDeeperThan } from '../../server/message-body.ts';
import { createPipeline } from '../../server/pipeline.ts';
import {
  aPost,
  aResourceServer,
  aServerConfig,
  legacyRequest,
  messageOf,
  modernRequest,
  type TestServer,
} from '../support/resource-server.ts';
import { anAccessToken, cognitoScopes, resourceIdentifier } from '../support/tokens.ts';

let server: TestServer;
let seenBy: unknown[] = [];

const tool = (name: string, handler: Parameters<typeof defineTool>[0]['handler']) =>
  defineTool({
    name,
    title: name,
    description: name,
    requiredScopes: name === 'guarded' ? ['mcp:guarded'] : [],
    inputSchema: z.object({ text: z.unknown().optional() }),
    annotations: {},
    handler,
  });

const application = {
  name: 'test',
  title: 'Test',
  version: '1',
  tools: [
    tool('echo', (args, caller) => {
      seenBy.push({ args, caller });
      return { content: [{ type: 'text', text: 'ok' }] };
    }),
    tool('broken', () => {
      throw new Error('secret database password: hunter2');
    }),
    tool('polite', () => {
      throw new UserFacingError('Please choose another title.');
    }),
    tool('guarded', () => ({ content: [] })),
  ],
};

beforeAll(async () => {
  server = await aResourceServer({ application });
});
afterAll(() => server.close());
beforeEach(() => {
  server.log.clear();
  server.faults.length = 0;
  seenBy = [];
});

const token = () => anAccessToken(server.key);
const call = (name: string, args: Record<string, unknown> = {}) => {
  const { body, headers } = modernRequest('tools/call', { name, arguments: args });
  return aPost(body, { token: token(), headers });
};
const plain = (path: string, init: RequestInit = {}) =>
  new Request(`https://mcp.example.com${path}`, init);

describe('public documents', () => {
  it.each(['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource'])(
    '%s is served to everybody, because clients look there first',
    async (path) => {
      const response = await server.send(plain(path, { headers: { origin: 'https://any.test' } }));
      expect(response.status).toBe(200);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(await response.json()).toMatchObject({ resource: resourceIdentifier });
      expect(server.log.events).toEqual([]);
    },
  );

  it('answers the preflight that MCP-Protocol-Version causes in browsers', async () => {
    const response = await server.send(
      plain('/.well-known/oauth-protected-resource/mcp', { method: 'OPTIONS' }),
    );
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-headers')).toBe('*');
  });

  it('answers HEAD like GET without the body, and refuses other methods', async () => {
    const path = '/.well-known/oauth-protected-resource/mcp';
    const [get, head, post] = await Promise.all(
      ['GET', 'HEAD', 'POST'].map((method) => server.send(plain(path, { method }))),
    );
    expect(head?.headers.get('content-length')).toBe(String((await get?.text())?.length));
    expect(await head?.text()).toBe('');
    expect(post?.status).toBe(405);
  });

  it('/healthz answers whatever Host a load balancer sends, and nothing is logged', async () => {
    const response = await server.send(new Request('http://10.0.3.7:8080/healthz'));
    expect(response.status).toBe(200);
    expect(server.log.events).toEqual([]);
  });

  it('/ tells a person how to connect, without any script', async () => {
    const response = await server.send(plain('/'));
    const page = await response.text();
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page).toContain(resourceIdentifier);
    expect(page).toContain('claude mcp add --transport http shared-notes');
    expect(page).not.toContain('<script');
  });
});

describe('host, origin, path and method', () => {
  it.each(['/mcp', '/', '/.well-known/oauth-protected-resource'])(
    '%s under a foreign Host is refused, because that is DNS rebinding',
    async (path) => {
      const response = await server.send(new Request(`http://evil.test${path}`));
      expect(response.status).toBe(403);
      expect(server.log.only).toMatchObject({
        metadata: { event_code: 'request.rejected' },
        status_code: 'host_not_allowed',
        unmapped: { evidence: { host: 'evil.test' } },
      });
    },
  );

  it.each(['null', 'https://evil.test', 'https://inspector.example.com.evil.test'])(
    'Origin %s is refused before the token is looked at',
    async (origin) => {
      const request = aPost(legacyRequest('ping'), { token: token(), headers: { origin } });
      const response = await server.send(request);
      expect(response.status).toBe(403);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
      expect(response.headers.get('www-authenticate')).toBeNull();
      expect(server.log.only).toMatchObject({ status_code: 'origin_not_allowed' });
      expect(server.log.only.actor).toBeUndefined();
    },
  );

  it('an allowed Origin may read the challenge, because a browser client starts from there', async () => {
    const headers = { origin: 'https://inspector.example.com' };
    const response = await server.send(aPost(legacyRequest('ping'), { headers }));
    expect(response.status).toBe(401);
    expect(response.headers.get('access-control-allow-origin')).toBe(headers.origin);
    expect(response.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate');
    expect(response.headers.get('vary')).toContain('Origin');
  });

  it('a preflight of an allowed Origin needs no token and decides nothing', async () => {
    const response = await server.send(
      plain('/mcp', {
        method: 'OPTIONS',
        headers: {
          origin: 'https://inspector.example.com',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization, content-type, mcp-param-region',
        },
      }),
    );
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-headers')).toBe(
      'authorization, content-type, mcp-param-region',
    );
    expect(server.log.events).toEqual([]);
  });

  it.each(['PUT', 'PATCH', 'PROPFIND'])('%s at the MCP path is 405', async (method) => {
    const response = await server.send(plain('/mcp', { method }));
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toContain('POST');
    expect(server.log.only).toMatchObject({ status_code: 'method_not_allowed' });
  });

  it.each(['GET', 'DELETE', 'HEAD'])(
    '%s at the MCP path needs a token, then gets 405',
    async (method) => {
      expect((await server.send(plain('/mcp', { method }))).status).toBe(401);
      const headers = { authorization: `Bearer ${token()}`, accept: 'text/event-stream' };
      expect((await server.send(plain('/mcp', { method, headers }))).status).toBe(405);
      expect(server.log.decisions.map(({ status_code }) => status_code)).toEqual([
        'token_missing',
        'protocol_refused',
      ]);
    },
  );

  it.each(['/mcp/', '/MCP', '/mcp/x', '/%6dcp', '/admin', '/favicon.ico'])(
    '%s is 404 with a JSON body',
    async (path) => {
      const response = await server.send(plain(path));
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: 'not_found' });
    },
  );
});

describe('what a body may not be', () => {
  const refused = async (request: Request, status: number, code: number, reason: string) => {
    const response = await server.send(request);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ jsonrpc: '2.0', error: { code }, id: null });
    expect(server.log.only).toMatchObject({
      metadata: { event_code: 'request.rejected' },
      status_code: reason,
      http_response: { code: status },
    });
    expect(seenBy).toEqual([]);
  };

  it.each(['', '{', '{"jsonrpc":', '\u0000', 'null garbage', '{"a":1}{"b":2}'])(
    '%j is a parse error',
    (text) => refused(aPost(text, { token: token() }), 400, -32700, 'body_malformed'),
  );

  it('invalid UTF-8 is a parse error, because two decoders could read two things', () =>
    refused(
      new Request(resourceIdentifier, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token()}` },
        body: Buffer.from([0x22, 0xc3, 0x28, 0x22]),
      }),
      400,
      -32700,
      'body_malformed',
    ));

  it.each(['null', '7', '[]', '{}', '{"jsonrpc":"1.0","method":"ping","id":1}', '[[]]'])(
    '%s is an invalid request',
    (text) => refused(aPost(text, { token: token() }), 400, -32600, 'message_malformed'),
  );

  it('a long batch is refused', () => {
    const batch = Array.from({ length: 21 }, (_, id) => legacyRequest('ping', {}, id));
    return refused(aPost(batch, { token: token() }), 400, -32600, 'batch_too_large');
  });

  it.each([100_000, 101])('%d levels of nesting are refused before they are built', (depth) => {
    const text = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    return refused(aPost(text, { token: token() }), 400, -32600, 'message_malformed');
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', ''])(
    'content type %j is refused, because a form can be posted from any web page',
    (contentType) =>
      refused(
        aPost(legacyRequest('ping'), { token: token(), headers: { 'content-type': contentType } }),
        415,
        -32600,
        'content_type_unsupported',
      ),
  );

  it('more than 4 MiB is refused without being kept', () =>
    refused(
      aPost(`"${'x'.repeat(10 * 1024 * 1024)}"`, { token: token() }),
      413,
      -32600,
      'body_too_large',
    ));

  it('is not even read while the token is in doubt', async () => {
    let wasRead = false;
    const request = aPost(legacyRequest('ping'), { token: 'opaque' });
    const response = await server.handle({
      ...incomingCall(request),
      readBody: () => {
        wasRead = true;
        return Promise.reject(new Error('must not happen'));
      },
    });
    expect(response.status).toBe(401);
    expect(wasRead).toBe(false);
  });
});

describe('what the MCP layer says', () => {
  it('an unknown method is 404 with -32601 in 2026-07-28, and refused on the record', async () => {
    const { body, headers } = modernRequest('tools/destroy');
    const response = await server.send(aPost(body, { token: token(), headers }));
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: -32601 }, id: 1 });
    expect(server.log.only).toMatchObject({
      status_code: 'protocol_refused',
      unmapped: { operation: 'tools/destroy' },
    });
  });

  it('an unknown method is an ordinary error in 2025-11-25', async () => {
    const response = await server.send(aPost(legacyRequest('tools/destroy'), { token: token() }));
    expect(await messageOf(response)).toMatchObject({ error: { code: -32601 } });
  });

  it('a header that disagrees with the body is -32020, because gateways decide by headers', async () => {
    const { body, headers } = modernRequest('tools/call', { name: 'echo', arguments: {} });
    const lying = { ...headers, 'mcp-name': 'harmless' };
    const response = await server.send(aPost(body, { token: token(), headers: lying }));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: -32020 } });
    expect(seenBy).toEqual([]);
  });

  it('an Accept that takes no event stream is refused to 2025 clients', async () => {
    const headers = { accept: 'text/html' };
    const response = await server.send(aPost(legacyRequest('ping'), { token: token(), headers }));
    expect(response.status).toBe(406);
    expect(server.log.only).toMatchObject({ status_code: 'protocol_refused' });
  });

  it.each(['2025-06-18', '2025-11-25'])(
    'a batch under %s is refused, because that revision has none',
    async (version) => {
      const batch = [legacyRequest('ping', {}, 1), legacyRequest('tools/list', {}, 2)];
      const headers = { 'mcp-protocol-version': version };
      const response = await server.send(aPost(batch, { token: token(), headers }));
      expect(response.status).toBe(400);
      expect(server.log.only).toMatchObject({ status_code: 'message_malformed' });
    },
  );

  it('an answer is neither cached nor sniffed', async () => {
    const response = await server.send(aPost(modernRequest('tools/list'), { token: token() }));
    expect(response.headers.get('cache-control')).toMatch(/no-store|no-cache/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('the GET that every 2025 client tries is no incident', async () => {
    await server.send(
      new Request(resourceIdentifier, {
        headers: { authorization: `Bearer ${token()}`, accept: 'text/event-stream' },
      }),
    );
    expect(server.log.only).toMatchObject({ status_code: 'protocol_refused', severity_id: 1 });
  });

  it('a batch of 2025-03-26 is answered and leaves one event that names its methods', async () => {
    const batch = [legacyRequest('ping', {}, 1), legacyRequest('tools/list', {}, 2)];
    const response = await server.send(aPost(batch, { token: token() }));
    expect(response.status).toBe(200);
    expect(server.log.only).toMatchObject({
      api: { operation: 'batch' },
      unmapped: { evidence: { methods: ['ping', 'tools/list'] } },
    });
  });

  it('a notification is accepted without a body', async () => {
    const notification = { jsonrpc: '2.0', method: 'notifications/initialized' };
    const response = await server.send(aPost(notification, { token: token() }));
    expect(response.status).toBe(202);
    expect(await response.text()).toBe('');
  });

  it.each(['2025-03-26', '2025-06-18', '2025-11-25'])(
    'initialize works for %s',
    async (version) => {
      const params = {
        protocolVersion: version,
        capabilities: {},
        clientInfo: { name: 'test', version: '1' },
      };
      const response = await server.send(
        aPost(legacyRequest('initialize', params), { token: token() }),
      );
      expect(await messageOf(response)).toMatchObject({ result: { protocolVersion: version } });
    },
  );
});

describe('what a handler sees', () => {
  it('the principal and the correlation id, and no trace of the access token', async () => {
    const compact = token();
    const { body, headers } = modernRequest('tools/call', { name: 'echo', arguments: {} });
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await server.send(aPost(body, { token: compact, headers: { ...headers, traceparent } }));
    const [seen] = seenBy as [{ caller: { correlationId: string; principal: object } }];
    expect(seen.caller.principal).toMatchObject({ tenant: 'acme', username: 'ada' });
    expect(seen.caller.correlationId).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
    expect(JSON.stringify(seen)).not.toContain(compact);
  });

  it('no credentials in the raw request either, because the SDK hands that to every handler', async () => {
    let seen: [string, string][] = [];
    let token = '';
    const peeking = {
      ...application,
      register: (mcpServer: McpServer) => {
        mcpServer.registerResource('peek', 'peek://x', {}, (uri, { http }) => {
          seen = [...(http?.req?.headers ?? [])];
          token = http?.authInfo?.token ?? '';
          return { contents: [{ uri: uri.href, text: '' }] };
        });
      },
    };
    const other = await aResourceServer({ application: peeking, key: server.key });
    const params = { uri: 'peek://x' };
    const { body, headers } = modernRequest('resources/read', params);
    const compact = anAccessToken(server.key);
    for (const request of [
      aPost(body, { token: compact, headers: { ...headers, cookie: 'a=b' } }),
      aPost(legacyRequest('resources/read', params), {
        token: compact,
        headers: { cookie: 'a=b' },
      }),
    ]) {
      seen = [];
      await (await other.send(request)).text();
      const names = seen.map(([name]) => name);
      expect(names).toContain('content-type');
      expect(names).not.toContain('authorization');
      expect(names).not.toContain('cookie');
      expect(token).toBe('redacted');
    }
    await other.close();
  });
});

describe('correlation', () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

  it('is random when the caller names no trace', async () => {
    const response = await server.send(aPost(legacyRequest('ping')));
    const id = response.headers.get('x-correlation-id');
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(server.log.only.metadata.correlation_uid).toBe(id);
  });

  it('takes the trace from the body, because MCP 2026-07-28 carries it there', async () => {
    const { body, headers } = modernRequest('tools/list', { _meta: { traceparent } });
    const response = await server.send(aPost(body, { token: token(), headers }));
    expect(response.headers.get('x-correlation-id')).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  });

  it('ignores a malformed one, because it would carry text into the log', async () => {
    const headers = { traceparent: 'evil' };
    const response = await server.send(aPost(legacyRequest('ping'), { headers }));
    expect(response.headers.get('x-correlation-id')).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('faults', () => {
  it('a tool that throws tells the client a reference and the operator the rest', async () => {
    const response = await server.send(call('broken'));
    const text = await response.text();
    expect(text).not.toContain('hunter2');
    expect(text).toContain(response.headers.get('x-correlation-id') as string);
    expect(server.faults).toEqual([new Error('secret database password: hunter2')]);
    expect(server.log.decisions.map(({ metadata }) => metadata.event_code).sort()).toEqual([
      'access.allowed',
      'fault.unexpected',
    ]);
    expect(JSON.stringify(server.log.events)).not.toContain('hunter2');
  });

  it('a tool that explains itself is heard', async () => {
    const response = await server.send(call('polite'));
    expect(await response.text()).toContain('Please choose another title.');
    expect(server.faults).toEqual([]);
  });

  it('an MCP layer that throws is a 500 without a stack, and exactly one event', async () => {
    const other = await aResourceServer();
    await other.close();
    const { body, headers } = modernRequest('tools/list');
    const response = await other.send(aPost(body, { token: anAccessToken(other.key), headers }));
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      jsonrpc: '2.0',
      error: { code: -32603, message: 'Internal error' },
      id: null,
    });
    expect(other.log.only).toMatchObject({
      metadata: { event_code: 'fault.unexpected' },
      unmapped: { evidence: { error: 'Error' } },
    });
  });

  it('a stage that throws anything at all is caught and recorded', async () => {
    const record = {
      correlationId: 'c',
      path: '/mcp',
      joinTrace: () => undefined,
      served: () => undefined,
      refused: () => undefined,
      answered: () => undefined,
      handlerFaulted: () => undefined,
      faults: [] as unknown[],
      faulted(fault: unknown) {
        this.faults.push(fault);
      },
    };
    const handle = createPipeline({
      config: aServerConfig(),
      documents: () => undefined,
      authenticate: () => Promise.reject('a string'),
      admit: createAdmission(defaultRateLimits, createCallCounter(Date.now)),
      isReady: () => true,
      publish: () => undefined,
      patience: defaultPatience,
      authorize: () => ({ ok: true, value: undefined }),
      mcp: { handle: () => Promise.reject(new Error()), close: async () => undefined },
      beginRecord: () => record,
    });
    const response = await handle(incomingCall(aPost(legacyRequest('ping'))));
    expect(response.status).toBe(500);
    expect(record.faults).toEqual(['a string']);
  });
});

describe('scopes', () => {
  it('of a tool are demanded without anyone having to repeat them in the policy', async () => {
    expect((await server.send(call('guarded'))).status).toBe(403);
    const scope = cognitoScopes(['mcp:tools:execute', 'mcp:guarded']);
    const { body, headers } = modernRequest('tools/call', { name: 'guarded', arguments: {} });
    const strong = anAccessToken(server.key, { scope });
    expect((await server.send(aPost(body, { token: strong, headers }))).status).toBe(200);
  });

  it('of the configuration add to those of a tool and never replace them', async () => {
    const config = { toolScopes: { guarded: ['mcp:more'], echo: ['mcp:echo'] } };
    const strict = await aResourceServer({ application, config });
    const status = async (name: string, ...scopes: string[]) => {
      const { body, headers } = modernRequest('tools/call', { name, arguments: {} });
      const scope = cognitoScopes(['mcp:tools:execute', ...scopes]);
      const request = aPost(body, { token: anAccessToken(strict.key, { scope }), headers });
      return (await strict.send(request)).status;
    };
    expect(await status('echo')).toBe(403);
    expect(await status('echo', 'mcp:echo')).toBe(200);
    expect(await status('guarded', 'mcp:more')).toBe(403);
    expect(await status('guarded', 'mcp:more', 'mcp:guarded')).toBe(200);
    await strict.close();
  });
});

describe('the client address', () => {
  it('comes from the header that the deployment trusts, and from the connection otherwise', async () => {
    const edge = await aResourceServer({
      config: { clientAddressHeader: 'cloudfront-viewer-address' },
    });
    const addressFor = async (value?: string, target = edge) => {
      target.log.clear();
      const headers = value === undefined ? undefined : { 'cloudfront-viewer-address': value };
      await target.send(aPost(legacyRequest('ping'), { headers }));
      return target.log.only.src_endpoint;
    };
    expect(await addressFor('198.51.100.7:46532')).toEqual({ ip: '198.51.100.7' });
    expect(await addressFor('2001:db8::7:46532')).toEqual({ ip: '2001:db8::7' });
    expect(await addressFor('nonsense')).toEqual({ ip: '203.0.113.77' });
    expect(await addressFor()).toEqual({ ip: '203.0.113.77' });
    expect(await addressFor('198.51.100.7:46532', server)).toEqual({ ip: '203.0.113.77' });
    await edge.close();
  });
});

describe('isNestedDeeperThan', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);

  it('counts brackets, but not those inside strings', () => {
    expect(isNestedDeeperThan(bytes('[[{"a":[]}]]'), 4)).toBe(false);
    expect(isNestedDeeperThan(bytes('[[{"a":[[]]}]]'), 4)).toBe(true);
    expect(isNestedDeeperThan(bytes('["[[[[[["]'), 1)).toBe(false);
    expect(isNestedDeeperThan(bytes(String.raw`["\"[[[[", "\\", [1]]`), 2)).toBe(false);
    expect(isNestedDeeperThan(bytes(String.raw`["\\", [[1]]]`), 2)).toBe(true);
  });

  it('does not fail on text that is no JSON', () => {
    expect(isNestedDeeperThan(bytes('"never closed'), 4)).toBe(false);
    expect(isNestedDeeperThan(bytes(']]]]'), 4)).toBe(false);
    expect(isNestedDeeperThan(bytes('"\\'), 4)).toBe(false);
  });
});
