import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FetchJwks } from '../../server/fetch-jwks.ts';
import { createSigningKeys, type SigningKeys } from '../../server/signing-keys.ts';
import {
  aPost,
  aResourceServer,
  legacyRequest,
  type TestServer,
} from '../support/resource-server.ts';
import { anAccessToken, aSigningKey, frozenNow, jwksResponse, jwksUri } from '../support/tokens.ts';

const oldKey = aSigningKey('old');
const newKey = aSigningKey('new');
const weakKey = aSigningKey('weak', 1024);

let now = frozenNow;
let fetches = 0;
let answer: FetchJwks = async () => jwksResponse(oldKey);
let failures: unknown[] = [];
let keys: SigningKeys;

beforeEach(() => {
  now = frozenNow;
  fetches = 0;
  failures = [];
  answer = async () => jwksResponse(oldKey);
  keys = createSigningKeys([jwksUri], {
    now: () => now,
    fetchJwks: (uri, init) => {
      fetches += 1;
      return answer(uri, init);
    },
    onFailed: (_, evidence) => failures.push(evidence.cause),
  });
});

afterEach(() => {
  keys.close();
  vi.useRealTimers();
});

const find = (kid: string) =>
  keys.getJwk(jwksUri, { header: { kid, alg: 'RS256' }, payload: {} }).then(
    (key) => key.kid,
    (error: Error) => error.constructor.name,
  );

describe('signing keys', () => {
  it('are there after warming, and no request causes another fetch', async () => {
    await keys.warm();
    for (let count = 0; count < 100; count += 1) expect(await find('old')).toBe('old');
    expect(fetches).toBe(1);
  });

  it('are fetched on first use when the start could not reach the issuer', async () => {
    answer = async () => Promise.reject(new Error('down'));
    await keys.warm();
    expect(await find('old')).toBe('JwksNotAvailableInCacheError');
    answer = async () => jwksResponse(oldKey);
    expect(await find('old')).toBe('old');
  });

  it('a freshly rotated key works at its first use', async () => {
    await keys.warm();
    answer = async () => jwksResponse(oldKey, newKey);
    expect(await find('new')).toBe('new');
  });

  it('a withdrawn key is gone at once, because it may be withdrawn for a reason', async () => {
    await keys.warm();
    answer = async () => jwksResponse(newKey);
    expect(await find('new')).toBe('new');
    expect(await find('old')).toBe('KidNotFoundInJwksError');
  });

  it('concurrent misses share one fetch', async () => {
    await keys.warm();
    await Promise.all(Array.from({ length: 200 }, (_, index) => find(`made-up-${index}`)));
    expect(fetches).toBe(2);
  });

  it('a flood of made-up key ids costs one fetch a second, and keeps no new key out for longer', async () => {
    await keys.warm();
    for (let index = 0; index < 500; index += 1) await find(`made-up-${index}`);
    expect(fetches).toBe(1 + 5);
    answer = async () => jwksResponse(oldKey, newKey);
    expect(await find('new')).toBe('KidNotFoundInJwksError');
    now += 1000;
    // The flood goes on; whoever asks first pays, and everyone profits.
    await Promise.all([find('made-up'), find('new')]);
    expect(await find('new')).toBe('new');
    expect(fetches).toBe(1 + 5 + 1);
  });

  it('an unconfigured URI is never fetched, whoever asks', async () => {
    const jwt = { header: { kid: 'old', alg: 'RS256' }, payload: {} };
    await expect(keys.getJwk('https://evil.test/jwks', jwt)).rejects.toThrow();
    expect(fetches).toBe(0);
  });

  it('are refreshed in the background about every five minutes, and not after closing', async () => {
    vi.useFakeTimers();
    await keys.warm();
    await vi.advanceTimersByTimeAsync(4 * 60_000);
    expect(fetches).toBe(1);
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(fetches).toBe(2);
    await vi.advanceTimersByTimeAsync(6 * 60_000);
    expect(fetches).toBe(3);
    keys.close();
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    expect(fetches).toBe(3);
  });

  const json = (value: unknown) => async () => Response.json(value);
  const badAnswers: readonly (readonly [string, string, FetchJwks])[] = [
    ['down', 'unreachable', () => Promise.reject(new TypeError('fetch failed'))],
    ['an error page', 'status_503', async () => new Response('sorry', { status: 503 })],
    [
      'a redirect',
      'status_302',
      async () => new Response(null, { status: 302, headers: { location: 'https://evil.test' } }),
    ],
    ['huge', 'too_large', async () => new Response('x'.repeat(70_000))],
    [
      'endless',
      'too_large',
      async () =>
        new Response(
          new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(16_384)) }),
        ),
    ],
    ['HTML', 'not_json', async () => new Response('<html>')],
    ['no key set', 'not_a_key_set', json({ hello: 1 })],
    ['null', 'not_a_key_set', json(null)],
    ['an empty set', 'no_usable_key', json({ keys: [] })],
    [
      'garbage keys',
      'no_usable_key',
      json({ keys: [null, 7, {}, { kty: 'RSA', kid: 'x', n: '!', e: '!' }] }),
    ],
    ['a weak key', 'no_usable_key', async () => jwksResponse(weakKey)],
    ['an encryption key', 'no_usable_key', json({ keys: [{ ...newKey.jwk, use: 'enc' }] })],
    [
      'a key for another algorithm',
      'no_usable_key',
      json({ keys: [{ ...newKey.jwk, alg: 'PS256' }] }),
    ],
    [
      'a symmetric key',
      'no_usable_key',
      json({ keys: [{ kty: 'oct', kid: 'new', k: 'c2VjcmV0' }] }),
    ],
    ['a key without id', 'no_usable_key', json({ keys: [{ ...newKey.jwk, kid: undefined }] })],
    ['a key whose exponent is one', 'no_usable_key', json({ keys: [{ ...newKey.jwk, e: 'AQ' }] })],
  ];

  it.each(badAnswers)('known keys survive an issuer that is %s (%s)', async (_, cause, bad) => {
    await keys.warm();
    answer = bad;
    expect(await find('new')).toBe('KidNotFoundInJwksError');
    expect(failures).toEqual([cause]);
    expect(await find('old')).toBe('old');
  });

  it('known keys survive an issuer that never answers, and nobody waits for more than three seconds', async () => {
    await keys.warm();
    answer = () => new Promise(() => undefined);
    const startedAt = Date.now();
    expect(await find('new')).toBe('KidNotFoundInJwksError');
    expect(Date.now() - startedAt).toBeLessThan(4000);
    expect(failures).toEqual(['timeout']);
    expect(await find('old')).toBe('old');
  });

  it('known keys survive an issuer that trickles its answer', async () => {
    await keys.warm();
    answer = async () =>
      new Response(
        new ReadableStream({
          pull: (controller) =>
            new Promise((resolve) => {
              controller.enqueue(new TextEncoder().encode(' '));
              setTimeout(resolve, 200);
            }),
        }),
      );
    expect(await find('new')).toBe('KidNotFoundInJwksError');
    expect(failures).toEqual(['timeout']);
  });

  it('asks not to be redirected, because a redirect would choose our keys', async () => {
    let seen: RequestInit | undefined;
    answer = async (_, init) => {
      seen = init;
      return jwksResponse(oldKey);
    };
    await keys.warm();
    expect(seen?.redirect).toBe('error');
    expect(seen?.signal).toBeInstanceOf(AbortSignal);
  });

  it('skips unusable keys next to good ones', async () => {
    answer = async () => Response.json({ keys: [weakKey.jwk, { kty: 'EC' }, newKey.jwk] });
    await keys.warm();
    expect(await find('new')).toBe('new');
    expect(await find('weak')).toBe('KidNotFoundInJwksError');
  });
});

describe('keys as a caller meets them', () => {
  let server: TestServer;
  let served: FetchJwks;
  const status = async (key: typeof oldKey) => {
    const request = aPost(legacyRequest('ping'), { token: anAccessToken(key) });
    return (await server.send(request)).status;
  };
  const start = async (first: FetchJwks) => {
    served = first;
    server = await aResourceServer({ fetchJwks: (uri, init) => served(uri, init) });
  };
  afterEach(() => server.close());

  it('503 while no key is held, because a 401 would make every client log in again', async () => {
    await start(() => Promise.reject(new Error('down')));
    expect(await status(oldKey)).toBe(503);
    expect(server.log.decisions.at(-1)).toMatchObject({
      metadata: { event_code: 'token.rejected' },
      status_code: 'jwks_unavailable',
      severity_id: 4,
    });
    served = async () => jwksResponse(oldKey);
    expect(await status(oldKey)).toBe(200);
  });

  it('an outage later on is noticed by the log and by nobody else', async () => {
    await start(async () => jwksResponse(oldKey));
    served = () => Promise.reject(new Error('down'));
    expect(await status(newKey)).toBe(401);
    expect(await status(oldKey)).toBe(200);
    expect(server.log.events.map(({ metadata }) => metadata.event_code)).toEqual([
      'keys.refreshed',
      'keys.refresh_failed',
      'token.rejected',
      'access.allowed',
    ]);
  });

  it('a key id that changed hands verifies with its new key only', async () => {
    const impostor = { ...newKey, kid: 'old', jwk: { ...newKey.jwk, kid: 'old' } };
    await start(async () => jwksResponse(oldKey));
    expect(await status(oldKey)).toBe(200);
    served = async () => jwksResponse(impostor);
    // Any unknown key id makes the server look again.
    expect(await status(aSigningKey('unknown'))).toBe(401);
    expect(await status(oldKey)).toBe(401);
    expect(await status(impostor)).toBe(200);
  });
});
