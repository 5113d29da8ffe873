import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aPost, aResourceServer, legacyRequest } from '../support/resource-server.ts';
import {
  anAccessToken,
  aSigningKey,
  frozenNow,
  jwksResponse,
  type SigningKey,
} from '../support/tokens.ts';

/** How long a change of keys takes until calls feel it, whatever strangers do meanwhile. */

const oldKey = aSigningKey('old');
const newKey = aSigningKey('new');
const stranger = aSigningKey('stranger');
const fiveMinutes = 5 * 60_000;

let published: readonly SigningKey[];

beforeEach(() => {
  published = [oldKey];
  vi.useFakeTimers({ now: frozenNow });
});

afterEach(() => {
  vi.useRealTimers();
});

const aServer = async () => {
  let fetches = 0;
  const server = await aResourceServer({
    now: Date.now,
    fetchJwks: async () => {
      fetches += 1;
      return jwksResponse(...published);
    },
  });
  const call = async (token: string): Promise<number> => {
    const response = await server.send(aPost(legacyRequest('tools/list', {}), { token }));
    // Whoever does not take the answer keeps its place among the calls under way.
    await response.text();
    return response.status;
  };
  return { server, call, fetches: () => fetches };
};

/** Of a key id of its own each, with a good form and good claims. */
const madeUp = (index: number): string => anAccessToken(stranger, {}, { kid: `made-up-${index}` });

describe('a change of signing keys', () => {
  it('is felt within a second under a flood of made-up key ids, because a flood must not keep a new key out', async () => {
    const { server, call, fetches } = await aServer();
    const token = anAccessToken(newKey);
    let sent = 0;
    const flood = async (milliseconds: number): Promise<void> => {
      for (let passed = 0; passed < milliseconds; passed += 10) {
        await vi.advanceTimersByTimeAsync(10);
        for (let burst = 0; burst < 3; burst += 1) {
          sent += 1;
          expect(await call(madeUp(sent))).toBe(401);
        }
      }
    };
    await flood(3000);
    // The worst moment: the flood has just used up what misses may fetch.
    expect(await call(token)).toBe(401);
    published = [oldKey, newKey];
    const rotatedAt = Date.now();
    while ((await call(token)) === 401) await flood(10);
    expect(Date.now() - rotatedAt).toBeLessThanOrEqual(1000);
    // And the flood has cost the issuer a fetch a second, not one per key id.
    expect(sent).toBeGreaterThan(900);
    expect(fetches()).toBeLessThan(15);
    await server.close();
  });

  it('that withdraws a key is felt within ten minutes by those who only show tokens of it, although their signatures are remembered', async () => {
    const { server, call } = await aServer();
    const token = anAccessToken(oldKey);
    expect(await call(token)).toBe(200);
    published = [newKey];
    const withdrawnAt = Date.now();
    while ((await call(token)) === 200 && Date.now() - withdrawnAt < 3 * fiveMinutes)
      await vi.advanceTimersByTimeAsync(5000);
    expect(await call(token)).toBe(401);
    expect(Date.now() - withdrawnAt).toBeLessThanOrEqual(2 * fiveMinutes);
    await server.close();
  });
});
