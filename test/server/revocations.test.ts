import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Principal } from '../../oauth/principal.ts';
import type { Evidence } from '../../oauth/rejection.ts';
import { type Revocation, revocationFeed } from '../../oauth/revocation.ts';
import type { FetchFeed } from '../../server/revocation-feed.ts';
import { createRevocations, unlessRevoked } from '../../server/revocations.ts';
import { frozenNow } from '../support/tokens.ts';

const digestOf = (value: string): string => createHash('sha256').update(value).digest('base64url');

const ada: Principal = {
  subject: 'ada',
  clientId: 'app',
  tenant: 'acme',
  isMachine: false,
  scopes: ['mcp:tools:read'],
  groups: [],
  issuer: 'https://issuer.example.com',
  tokenId: 'jti-1',
  originTokenId: 'sign-in-1',
  issuedAt: 1000,
  expiresAt: 4600,
};

const revoked = (kind: Revocation['kind'], value: string, revokedAt = 2000): Revocation => ({
  kind,
  digest: digestOf(value),
  revokedAt,
});

/** A feed that says what it is told to, and remembers how it was asked. */
const aFeed = () => {
  const asked: { url: string; headers: Record<string, string>; redirect?: string }[] = [];
  const feed = {
    asked,
    list: [] as Revocation[],
    answer: undefined as (() => Response | Promise<Response>) | undefined,
    fetch: (async (url, { headers, redirect }) => {
      asked.push({ url, headers: headers as Record<string, string>, redirect });
      if (feed.answer) return feed.answer();
      const body = JSON.stringify(revocationFeed(feed.list));
      const etag = `"${digestOf(body)}"`;
      const isKnown = (headers as Record<string, string>)['if-none-match'] === etag;
      return isKnown
        ? new Response(null, { status: 304 })
        : new Response(body, { headers: { etag } });
    }) as FetchFeed,
  };
  return feed;
};

const key = 'k'.repeat(43);

const aListener = (feed: ReturnType<typeof aFeed>) => {
  const events: { name: string; evidence: Evidence }[] = [];
  const revocations = createRevocations({
    url: 'https://mcp.example.com/oauth/revocations',
    key,
    pollSeconds: 5,
    maxAgeSeconds: 300,
    fetchFeed: feed.fetch,
    now: () => Date.now(),
    onEvent: (name, evidence) => events.push({ name, evidence }),
  });
  return { ...revocations, events, names: () => events.map(({ name }) => name) };
};

beforeEach(() => {
  vi.useFakeTimers({ now: frozenNow });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('revocations', () => {
  it('end an access token within one poll, without a question per request', async () => {
    const feed = aFeed();
    const revocations = aListener(feed);
    await revocations.start();
    expect(revocations.refusalOf(ada)).toBeUndefined();
    feed.list = [revoked('sign-in', 'sign-in-1')];
    await vi.advanceTimersByTimeAsync(5500);
    const asked = feed.asked.length;
    for (let call = 0; call < 100; call += 1)
      expect(revocations.refusalOf(ada)).toEqual({
        reason: 'revoked',
        evidence: { revoked: 'sign-in', subject: 'ada', client: 'app' },
      });
    expect(
      revocations.refusalOf({ ...ada, tokenId: 'jti-2', originTokenId: 'other' }),
    ).toBeUndefined();
    expect(feed.asked).toHaveLength(asked);
    revocations.close();
  });

  it('ask with the key, follow no redirect, and ask only for what is new', async () => {
    const feed = aFeed();
    const revocations = aListener(feed);
    await revocations.start();
    await vi.advanceTimersByTimeAsync(11_000);
    expect(feed.asked).toHaveLength(3);
    expect(feed.asked[0]).toMatchObject({
      url: 'https://mcp.example.com/oauth/revocations',
      headers: { authorization: `Bearer ${key}` },
      redirect: 'error',
    });
    expect(feed.asked[0]?.headers).not.toHaveProperty('if-none-match');
    expect(feed.asked[1]?.headers['if-none-match']).toMatch(/^".{43}"$/);
    revocations.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(feed.asked).toHaveLength(3);
  });

  it('judge again when the list changes, in both directions', async () => {
    const feed = aFeed();
    feed.list = [revoked('tenant', 'acme')];
    const revocations = aListener(feed);
    await revocations.start();
    expect(revocations.refusalOf(ada)?.evidence).toMatchObject({ revoked: 'tenant' });
    feed.list = [];
    await vi.advanceTimersByTimeAsync(5500);
    expect(revocations.refusalOf(ada)).toBeUndefined();
    revocations.close();
  });

  it.each([
    ['is down', () => Promise.reject(new TypeError('fetch failed')), 'unreachable'],
    ['answers with an error', () => new Response('', { status: 503 }), 'status_503'],
    ['refuses the key', () => new Response('', { status: 401 }), 'status_401'],
    [
      'says nothing is new to somebody who knows nothing',
      () => new Response(null, { status: 304 }),
      'status_304',
    ],
    ['is no JSON', () => new Response('<html>'), 'feed_malformed'],
    [
      'is no list',
      () => Response.json({ revocations: [['user', 'x', 1]], truncated: false }),
      'feed_malformed',
    ],
    ['is too long', () => new Response('x'.repeat(1024 * 1024 + 1)), 'too_large'],
  ])(
    'keep what they know when the feed %s, and say so after the third time',
    async (_, answer, cause) => {
      const feed = aFeed();
      if (cause !== 'status_304') feed.list = [revoked('subject', 'ada')];
      const revocations = aListener(feed);
      if (cause !== 'status_304') await revocations.start();
      const before = revocations.refusalOf(ada);
      feed.answer = answer as () => Response;
      if (cause === 'status_304') await revocations.start();
      await vi.advanceTimersByTimeAsync(20_000);
      expect(revocations.refusalOf(ada)).toEqual(before);
      expect(revocations.names()).toEqual(['revocations.unavailable']);
      expect(revocations.events[0]?.evidence).toMatchObject({ cause });
      revocations.close();
    },
  );

  it('call a list that is too old by its name, every five minutes, until it is new again', async () => {
    const feed = aFeed();
    const revocations = aListener(feed);
    await revocations.start();
    feed.answer = () => new Response('', { status: 503 });
    await vi.advanceTimersByTimeAsync(700_000);
    expect(revocations.names()).toEqual([
      'revocations.unavailable',
      'revocations.stale',
      'revocations.stale',
    ]);
    feed.answer = undefined;
    await vi.advanceTimersByTimeAsync(6000);
    expect(revocations.names().at(-1)).toBe('revocations.restored');
    revocations.close();
  });

  it('say when the list is cut off, because what is missing is not revoked here', async () => {
    const feed = aFeed();
    const cut = { ...revocationFeed([revoked('subject', 'ada')]), truncated: true };
    feed.answer = () => Response.json(cut);
    const revocations = aListener(feed);
    await revocations.start();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(revocations.refusalOf(ada)).toBeDefined();
    expect(revocations.events[0]).toMatchObject({ evidence: { cause: 'truncated' } });
    revocations.close();
  });

  it('start without a list when there is none, because a restart must not be an outage', async () => {
    const feed = aFeed();
    feed.answer = () => Promise.reject(new TypeError('fetch failed'));
    const revocations = aListener(feed);
    await revocations.start();
    expect(revocations.refusalOf(ada)).toBeUndefined();
    revocations.close();
  });

  it('give up on an answer after two seconds', async () => {
    vi.useRealTimers();
    const signals: AbortSignal[] = [];
    const revocations = createRevocations({
      url: 'https://mcp.example.com/oauth/revocations',
      key,
      pollSeconds: 5,
      maxAgeSeconds: 300,
      fetchFeed: (_, { signal }) => {
        signals.push(signal as AbortSignal);
        return new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
        });
      },
      now: Date.now,
      onEvent: () => undefined,
    });
    await revocations.start();
    expect(signals[0]?.aborted).toBe(true);
    revocations.close();
  });
});

describe('authentication', () => {
  const call = {} as Parameters<Parameters<typeof unlessRevoked>[0]>[0];
  const query = new URLSearchParams();

  it('refuses who is revoked, hands on who is not, and asks nothing about who was refused', async () => {
    const refusalOf = vi.fn(({ subject }: Principal) =>
      subject === 'ada' ? ({ reason: 'revoked' } as const) : undefined,
    );
    const as = (subject: string) =>
      unlessRevoked(async () => ({ ok: true, value: { ...ada, subject } }), { refusalOf })(
        call,
        query,
      );
    expect(await as('ada')).toEqual({ ok: false, error: { reason: 'revoked' } });
    expect(await as('bob')).toMatchObject({ ok: true });
    const refused = { ok: false, error: { reason: 'expired' } } as const;
    expect(await unlessRevoked(async () => refused, { refusalOf })(call, query)).toBe(refused);
    expect(refusalOf).toHaveBeenCalledTimes(2);
  });
});
