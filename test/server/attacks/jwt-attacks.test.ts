import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Authenticate, createAuthenticate } from '../../../server/authenticate.ts';
import { createSigningKeys, type SigningKeys } from '../../../server/signing-keys.ts';
import {
  anAccessToken,
  aSigningKey,
  frozenNow,
  issuer,
  jwksResponse,
  jwksUri,
  machineClient,
  resourceIdentifier,
  userClient,
} from '../../support/tokens.ts';
import { attacks, key, wellPadded } from './jwt-attack-table.ts';

let keys: SigningKeys;
let authenticate: Authenticate;
let fetched: string[] = [];
let published = () => jwksResponse(key);

const policy = {
  resourceIdentifier,
  userClients: [userClient],
  machineClients: [machineClient],
  tenancy: 'required',
  maxLifetimeSeconds: 86_400,
} as const;

const start = async (now: () => number = () => frozenNow) => {
  const running = createSigningKeys([jwksUri], {
    now,
    fetchJwks: async (uri) => {
      fetched.push(uri);
      return published();
    },
    onChanged: () => authentication.forgetKeys(),
  });
  const authentication = createAuthenticate({
    tokenIssuers: [{ issuer, jwksUri }],
    policy,
    keys: running,
    now,
  });
  await running.warm();
  return { keys: running, authenticate: authentication.authenticate };
};

beforeAll(async () => {
  ({ keys, authenticate } = await start());
});

afterAll(() => keys.close());

const outcome = async (token: string, by: Authenticate = authenticate): Promise<string> => {
  // A NUL cannot travel in a header at all; the function has to stand it all the same.
  const headers = { get: () => `Bearer ${token}`, entries: () => [] };
  const result = await by({ headers, duplicateAuthorization: false }, new URLSearchParams());
  return result.ok ? 'accepted' : result.error.reason;
};

describe('attacks on the token verifier', () => {
  it('number at least 80, each of them once', () => {
    expect(attacks.length).toBeGreaterThanOrEqual(80);
    expect(new Set(attacks.map(({ name }) => name)).size).toBe(attacks.length);
  });

  it('fail for their flaw only, because the same token without it is accepted', async () => {
    expect(await outcome(anAccessToken(key))).toBe('accepted');
    expect(await outcome(wellPadded)).toBe('accepted');
    expect(await outcome(anAccessToken(key, {}, { typ: 'at+jwt' }))).toBe('accepted');
  });

  it.each(attacks.map(({ name, reason, token }) => [name, reason, token] as const))(
    'refuses %s: %s',
    async (_, reason, token) => {
      expect(await outcome(token)).toBe(reason);
    },
  );

  it('made nothing be fetched but the configured key set', () => {
    expect(new Set(fetched)).toEqual(new Set([jwksUri]));
  });
});

describe('clock edges', () => {
  const now = frozenNow / 1000;
  it.each([
    ['the last second before expiry', { exp: now + 1 }],
    ['a fraction of a second before expiry', { exp: now + 0.001 }],
    ['nbf a minute ahead', { nbf: now + 60 }],
    ['iat a minute ahead', { iat: now + 60 }],
    ['a lifetime of exactly a day', { iat: now - 60, exp: now - 60 + 86_400 }],
  ])('accepts %s, because tolerance ends there and not before', async (_, changes) => {
    expect(await outcome(anAccessToken(key, changes))).toBe('accepted');
  });
});

describe('races with a key rotation', () => {
  const newKey = aSigningKey('key-2');
  const reusedName = aSigningKey('key-1');

  it('take a new key at its first use, and refuse the withdrawn one from then on', async () => {
    published = () => jwksResponse(key);
    const server = await start();
    published = () => jwksResponse(newKey);
    const [fresh, old] = await Promise.all([
      outcome(anAccessToken(newKey), server.authenticate),
      outcome(anAccessToken(key), server.authenticate),
    ]);
    expect(fresh).toBe('accepted');
    expect(['accepted', 'kid_unknown']).toContain(old);
    expect(await outcome(anAccessToken(key), server.authenticate)).toBe('kid_unknown');
    server.keys.close();
  });

  it('do not verify with a remembered key once its name belongs to another one', async () => {
    published = () => jwksResponse(key);
    const server = await start();
    expect(await outcome(anAccessToken(key), server.authenticate)).toBe('accepted');
    published = () => jwksResponse(reusedName);
    expect(await outcome(anAccessToken(newKey), server.authenticate)).toBe('kid_unknown');
    expect(await outcome(anAccessToken(key), server.authenticate)).toBe('signature_invalid');
    expect(await outcome(anAccessToken(reusedName), server.authenticate)).toBe('accepted');
    server.keys.close();
  });

  it('refuse everything while no key is held, because guessing is not an option', async () => {
    published = () => new Response('sorry', { status: 500 });
    const server = await start();
    expect(await outcome(anAccessToken(key), server.authenticate)).toBe('jwks_unavailable');
    server.keys.close();
  });

  it('survive 200 first uses at once with one fetch', async () => {
    published = () => jwksResponse(key);
    const server = await start();
    published = () => jwksResponse(key, newKey);
    fetched = [];
    const tokens = Array.from({ length: 200 }, (_, index) =>
      anAccessToken(newKey, { jti: `t${index}` }),
    );
    const outcomes = await Promise.all(tokens.map((token) => outcome(token, server.authenticate)));
    expect(new Set(outcomes)).toEqual(new Set(['accepted']));
    expect(fetched).toHaveLength(1);
    server.keys.close();
  });
});
