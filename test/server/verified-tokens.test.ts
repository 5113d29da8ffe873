import { afterEach, describe, expect, it, vi } from 'vitest';
import { createAuthenticate } from '../../server/authenticate.ts';
import { createSigningKeys } from '../../server/signing-keys.ts';
import { createVerifiedTokens, type VerifiedToken } from '../../server/verified-tokens.ts';
import {
  anAccessToken,
  aSigningKey,
  frozenNow,
  issuer,
  jwksResponse,
  jwksUri,
  machineClient,
  resourceIdentifier,
  type SigningKey,
  userClient,
} from '../support/tokens.ts';

const key = aSigningKey('key-1');
const other = aSigningKey('key-2');
let close = (): void => undefined;

afterEach(() => close());

/** An authentication whose clock and key set can be moved, and that counts signature checks. */
const anAuthentication = async () => {
  const state = { now: frozenNow, published: [key] as readonly SigningKey[] };
  const keys = createSigningKeys([jwksUri], {
    now: () => state.now,
    fetchJwks: async () => jwksResponse(...state.published),
    onChanged: () => authentication.forgetKeys(),
  });
  const verifiedTokens = createVerifiedTokens();
  const policy = {
    resourceIdentifier,
    userClients: [userClient],
    machineClients: [machineClient],
    tenancy: 'required',
    maxLifetimeSeconds: 86_400,
  } as const;
  const authentication = createAuthenticate({
    tokenIssuers: [{ issuer, jwksUri }],
    policy,
    keys,
    now: () => state.now,
    verifiedTokens,
  });
  close = keys.close;
  await keys.warm();
  const checks = vi.spyOn(keys, 'getCachedJwk');
  const outcome = async (token: string): Promise<string> => {
    const headers = new Headers({ authorization: `Bearer ${token}` });
    const result = await authentication.authenticate(
      { headers, duplicateAuthorization: false },
      new URLSearchParams(),
    );
    return result.ok ? 'accepted' : result.error.reason;
  };
  return { state, keys, verifiedTokens, checks, outcome };
};

describe('a token whose signature was found wrong', () => {
  it('is not verified again, because sending it again must not cost what finding out did', async () => {
    const { outcome, checks } = await anAuthentication();
    const forged = anAccessToken({ ...other, kid: key.kid });
    expect([await outcome(forged), await outcome(forged), await outcome(forged)]).toEqual([
      'signature_invalid',
      'signature_invalid',
      'signature_invalid',
    ]);
    expect(checks).toHaveBeenCalledTimes(1);
  });

  it('is right as soon as its key id has its key, because ids may change hands', async () => {
    const { outcome, keys, state } = await anAuthentication();
    const renamed = { ...other, kid: key.kid, jwk: { ...other.jwk, kid: key.kid } };
    const early = anAccessToken(renamed);
    expect(await outcome(early)).toBe('signature_invalid');
    state.published = [renamed];
    await keys.warm();
    expect(await outcome(early)).toBe('accepted');
  });

  it('does not push right ones out, because anybody can make up as many as they like', async () => {
    const { outcome, verifiedTokens } = await anAuthentication();
    expect(await outcome(anAccessToken(key))).toBe('accepted');
    const [head, payload] = anAccessToken(key).split('.');
    for (let count = 0; count < 1100; count += 1)
      await outcome(
        `${head}.${payload}.${Buffer.from(`signature ${count}`).toString('base64url')}`,
      );
    expect(verifiedTokens.size()).toBe(1);
  });
});

describe('a token whose signature was found right', () => {
  it('is not verified again, because that is most of what authentication costs', async () => {
    const { outcome, checks } = await anAuthentication();
    const token = anAccessToken(key);
    expect([await outcome(token), await outcome(token), await outcome(token)]).toEqual([
      'accepted',
      'accepted',
      'accepted',
    ]);
    expect(checks).toHaveBeenCalledTimes(1);
  });

  it('expires all the same, to the second, because only the signature is remembered', async () => {
    const { outcome, state } = await anAuthentication();
    const token = anAccessToken(key, { exp: frozenNow / 1000 + 10 });
    expect(await outcome(token)).toBe('accepted');
    state.now += 9_999;
    expect(await outcome(token)).toBe('accepted');
    state.now += 1;
    expect(await outcome(token)).toBe('expired');
  });

  it.each([
    ['audience_mismatch', { aud: 'https://other.example.com/mcp' }],
    ['tenant_missing', { tenant_id: undefined }],
    ['scope_missing', { scope: 'openid' }],
    ['client_not_allowed', { client_id: 'somebody-else' }],
  ])('is refused the second time as well: %s', async (reason, changes) => {
    const { outcome, checks } = await anAuthentication();
    const token = anAccessToken(key, changes);
    expect([await outcome(token), await outcome(token)]).toEqual([reason, reason]);
    expect(checks).toHaveBeenCalledTimes(1);
  });

  it('is forgotten when its key is withdrawn, because nobody vouches for it any more', async () => {
    const { outcome, state, keys } = await anAuthentication();
    const token = anAccessToken(key);
    expect(await outcome(token)).toBe('accepted');
    state.published = [other];
    await keys.warm();
    expect(await outcome(token)).toBe('kid_unknown');
  });

  it('is not that of another key of the same name, because a key id may change hands', async () => {
    const { outcome, state, keys } = await anAuthentication();
    const token = anAccessToken(key);
    expect(await outcome(token)).toBe('accepted');
    state.published = [aSigningKey('key-1')];
    await keys.warm();
    expect(await outcome(token)).toBe('signature_invalid');
  });
});

describe('a token whose signature is wrong', () => {
  it('is never remembered, however often it comes', async () => {
    const { outcome, verifiedTokens } = await anAuthentication();
    const token = anAccessToken(aSigningKey('key-1'));
    expect([await outcome(token), await outcome(token)]).toEqual([
      'signature_invalid',
      'signature_invalid',
    ]);
    expect(verifiedTokens.size()).toBe(0);
  });

  it('is not mistaken for a remembered one that differs in its signature only', async () => {
    const { outcome } = await anAuthentication();
    const token = anAccessToken(key);
    expect(await outcome(token)).toBe('accepted');
    const [header, payload] = token.split('.');
    const [, , foreign] = anAccessToken(key, { jti: 'another' }).split('.');
    expect(await outcome(`${header}.${payload}.${foreign}`)).toBe('signature_invalid');
  });
});

describe('the memory', () => {
  const token = (subject: string): VerifiedToken => ({ claims: { sub: subject }, issuer });

  it('keeps those seen last, because an attacker with many tokens must not fill it', () => {
    const tokens = createVerifiedTokens(2);
    tokens.remember('a', token('a'), 0);
    tokens.remember('b', token('b'), 0);
    tokens.find('a');
    tokens.remember('c', token('c'), 0);
    expect(tokens.size()).toBe(2);
    expect(tokens.find('b')).toBeUndefined();
    expect(tokens.find('a')?.claims.sub).toBe('a');
  });

  it('takes nothing that was verified before it forgot, because the key may be gone by now', () => {
    const tokens = createVerifiedTokens();
    const before = tokens.generation();
    tokens.forget();
    tokens.remember('a', token('a'), before);
    expect(tokens.find('a')).toBeUndefined();
    tokens.remember('a', token('a'), tokens.generation());
    expect(tokens.find('a')).toBeDefined();
  });

  it('remembers nothing when it has no places', () => {
    const tokens = createVerifiedTokens(0);
    tokens.remember('a', token('a'), 0);
    expect(tokens.size()).toBe(0);
  });
});
