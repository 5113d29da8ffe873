import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defaultRateLimits, type RateLimits } from '../../../oauth/rate-limit.ts';
import { addressKey } from '../../../server/admit.ts';
import { createCallCounter } from '../../../server/call-counter.ts';
import { incomingCall } from '../../../server/incoming-call.ts';
import { defineTool } from '../../../server/mcp/tool.ts';
import {
  aPost,
  aResourceServer,
  legacyRequest,
  type TestServer,
} from '../../support/resource-server.ts';
import { anAccessToken, cognitoScopes, frozenNow } from '../../support/tokens.ts';

let now = frozenNow;
let server: TestServer | undefined;
let release: () => void = () => undefined;

const tool = (name: string, handler: () => Promise<void> = async () => undefined) =>
  defineTool({
    name,
    title: name,
    description: name,
    requiredScopes: [],
    inputSchema: z.object({}),
    annotations: {},
    handler: async () => {
      await handler();
      return { content: [] };
    },
  });

const application = {
  name: 'x',
  title: 'x',
  version: '1',
  tools: [
    tool('cheap'),
    tool('dear'),
    tool('slow', () => new Promise<void>((resolve) => (release = resolve))),
  ],
};

const start = async (limits: Partial<RateLimits>) => {
  now = frozenNow;
  const rateLimits = { ...defaultRateLimits, ...limits };
  server = await aResourceServer({ application, config: { rateLimits }, now: () => now });
  return server;
};

afterEach(() => server?.close());

const call = (name = 'cheap') => legacyRequest('tools/call', { name, arguments: {} });

const send = async (
  body: unknown = call(),
  options: { claims?: Record<string, unknown>; from?: string; token?: string } = {},
): Promise<Response> => {
  const { key, handle } = server as TestServer;
  const token = options.token ?? anAccessToken(key, { exp: now / 1000 + 3600, ...options.claims });
  const clientAddress = options.from ?? '203.0.113.77';
  const response = await handle(incomingCall(aPost(body, { token }), { clientAddress }));
  // Taken to the end, as a client does: a stream keeps its place until then.
  return new Response(await response.text(), response);
};

const statuses = async (count: number, send1: () => Promise<Response>): Promise<number[]> => {
  const found: number[] = [];
  for (let index = 0; index < count; index += 1) found.push((await send1()).status);
  return found;
};

const events = () =>
  (server as TestServer).log.decisions.map(({ metadata }) => metadata.event_code);

describe('how often somebody may call', () => {
  it('per principal: 429 with Retry-After and a JSON body, until the window is over', async () => {
    await start({ principal: { calls: 2, seconds: 60 } });
    expect(await statuses(3, send)).toEqual([200, 200, 429]);
    now += 20_000;
    const refused = await send();
    expect(refused.headers.get('retry-after')).toBe('40');
    expect(refused.headers.get('www-authenticate')).toBeNull();
    expect(await refused.json()).toEqual({
      jsonrpc: '2.0',
      error: { code: -32600, message: 'Too many requests' },
      id: null,
    });
    expect((await send(call(), { claims: { sub: 'somebody else' } })).status).toBe(200);
    now += 40_000;
    expect((await send()).status).toBe(200);
  });

  it('leaves one event per key and window, because a flood must not become a flood of log lines', async () => {
    const { log } = await start({ principal: { calls: 1, seconds: 60 } });
    await statuses(20, send);
    expect(events()).toEqual(['access.allowed', 'rate.limited']);
    expect(log.decisions[1]).toMatchObject({
      status_code: 'rate_exceeded',
      http_response: { code: 429 },
      unmapped: { evidence: { limit: 'principal', calls: 1, seconds: 60 } },
    });
    await statuses(3, () => send(call(), { claims: { sub: 'somebody else' } }));
    expect(events().filter((code) => code === 'rate.limited')).toHaveLength(2);
    now += 60_000;
    await statuses(3, send);
    expect(events().filter((code) => code === 'rate.limited')).toHaveLength(3);
  });

  it('per address, before the token is looked at: a stranger cannot buy signature checks', async () => {
    await start({ address: { calls: 2, seconds: 60 } });
    const stranger = () => send(call(), { token: 'made.up.token' });
    expect(await statuses(4, stranger)).toEqual([401, 401, 429, 429]);
    expect((await send()).status).toBe(429);
    expect((await send(call(), { from: '198.51.100.1' })).status).toBe(200);
  });

  it('per tenant and per client, across principals', async () => {
    await start({ tenant: { calls: 2, seconds: 60 } });
    let who = 0;
    const another = () => {
      who += 1;
      return send(call(), { claims: { sub: `user-${who}` } });
    };
    expect(await statuses(3, another)).toEqual([200, 200, 429]);
    expect((await send(call(), { claims: { tenant_id: 'globex' } })).status).toBe(200);
    await server?.close();
    await start({ client: { calls: 2, seconds: 60 } });
    expect(await statuses(3, another)).toEqual([200, 200, 429]);
  });

  it('per tool and principal, and other tools go on', async () => {
    await start({ tools: { dear: { calls: 1, seconds: 60 } } });
    expect(await statuses(2, () => send(call('dear')))).toEqual([200, 429]);
    expect((await send(call('cheap'))).status).toBe(200);
    expect((await send(call('dear'), { claims: { sub: 'somebody else' } })).status).toBe(200);
  });

  it('a batch costs what its messages cost, because otherwise it would be a discount', async () => {
    await start({
      principal: { calls: 3, seconds: 60 },
      tools: { dear: { calls: 2, seconds: 60 } },
    });
    expect((await send([call(), call(), call(), call()])).status).toBe(429);
    await server?.close();
    await start({ tools: { dear: { calls: 2, seconds: 60 } } });
    expect((await send([call('dear'), call('dear'), call('dear')])).status).toBe(429);
  });

  it('counts a refused operation too, because probing is calling', async () => {
    await start({ principal: { calls: 1, seconds: 60 } });
    const scope = cognitoScopes(['mcp:prompts:read']);
    expect(await statuses(2, () => send(call(), { claims: { scope } }))).toEqual([403, 429]);
  });

  it('does not limit documents and the health check', async () => {
    await start({ address: { calls: 1, seconds: 60 } });
    const get = (path: string) => () =>
      (server as TestServer).send(new Request(`https://mcp.example.com${path}`));
    expect(new Set(await statuses(5, get('/healthz')))).toEqual(new Set([200]));
    const metadata = get('/.well-known/oauth-protected-resource/mcp');
    expect(new Set(await statuses(5, metadata))).toEqual(new Set([200]));
  });
});

describe('how many calls at a time', () => {
  const slow = () => send(call('slow'));
  const settled = () => new Promise((resolve) => setTimeout(resolve, 50));

  it('per principal: 429, and the place is free again when the answer is out', async () => {
    await start({ concurrentCallsOfPrincipal: 1 });
    const first = slow();
    await settled();
    expect(await statuses(3, send)).toEqual([429, 429, 429]);
    expect((await send(call(), { claims: { sub: 'somebody else' } })).status).toBe(200);
    expect(events().filter((code) => code === 'rate.limited')).toHaveLength(1);
    release();
    expect((await first).status).toBe(200);
    expect((await send()).status).toBe(200);
  });

  it('in the process: 503 for whoever comes next, so that the load balancer asks another one', async () => {
    await start({ concurrentCalls: 1 });
    const first = slow();
    await settled();
    const refused = await send(call(), { claims: { sub: 'somebody else' } });
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('2');
    release();
    await first;
    expect((await send()).status).toBe(200);
  });
});

describe('what an address is counted under', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:DB8:1:2::1', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:db8:1:2:ffff::', '2001:db8:1:2'],
  ])('%s: %s, because a /64 belongs to one customer', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });

  it.each([
    ...['10.1.2.3', '172.31.0.1', '192.168.1.1', '127.0.0.1', '169.254.1.1', '100.64.0.1'],
    ...['::1', 'fd00::1', 'fe80::1', '::ffff:10.0.0.1', undefined],
  ])('%s: nothing, because everybody comes through a proxy', (address) => {
    expect(addressKey(address)).toBeUndefined();
  });
});

describe('the counter of one process', () => {
  it('holds a bounded number of keys, and a flood of new ones forgets idle ones only', () => {
    const counter = createCallCounter(() => 1000, { limitKeys: 100 });
    const limit = { calls: 5, seconds: 60 };
    for (let index = 0; index < 10_000; index += 1) {
      void counter.count(`key-${index}`, limit, 1);
      void counter.count('heavy', limit, 1);
    }
    expect(counter.size()).toBeLessThanOrEqual(100);
    expect(counter.count('heavy', limit, 1)).toMatchObject({ calls: 10_001 });
    expect(counter.count('key-9999', limit, 1)).toMatchObject({ calls: 2 });
    expect(counter.count('key-0', limit, 1)).toMatchObject({ calls: 1 });
  });

  it('takes less than 5 µs a decision with 100000 keys, because it runs for every request', () => {
    const counter = createCallCounter(Date.now);
    const limit = { calls: 5, seconds: 60 };
    const startedAt = process.cpuUsage();
    for (let index = 0; index < 300_000; index += 1) void counter.count(`k${index}`, limit, 1);
    const { user, system } = process.cpuUsage(startedAt);
    expect((user + system) / 300_000).toBeLessThan(5);
    expect(counter.size()).toBeLessThanOrEqual(100_000);
  });
});
