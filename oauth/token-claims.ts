import type { Rejection } from './rejection.ts';
import { err, ok, type Result } from './result.ts';

/** RFC 7519 §4: claims are whatever JSON the issuer wrote; nothing is a string until it was asked. */

export type Claims = Readonly<Record<string, unknown>>;

const controlCharacter = /\p{Cc}/u;

/** Text that can be a name: a NUL or a line break in an id is an attempt on whatever stores it. */
export const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && !controlCharacter.test(value);

export const missing = (claim: string) =>
  err({ reason: 'claim_missing', evidence: { claim } } as const);
export const malformed = (claim: string) =>
  err({ reason: 'claim_malformed', evidence: { claim } } as const);

/** The named claims, all of them text, or the first that is not. */
export const texts = <Name extends string>(
  claims: Claims,
  ...names: readonly Name[]
): Result<Readonly<Record<Name, string>>, Rejection> => {
  for (const name of names) {
    if (claims[name] === undefined) return missing(name);
    if (!isText(claims[name])) return malformed(name);
  }
  return ok(claims as Readonly<Record<Name, string>>);
};

export const isListOfText = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(isText);

/** OpenID Connect Core §5.4 and §11: they open the identity provider's doors, not ours. */
const oidcScopes = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access']);
export const withoutOidc = (names: readonly string[]): readonly string[] =>
  names.filter((name) => name !== '' && !oidcScopes.has(name));

// OpenID Connect Core §2 and §3.1.3.6: an access token has none of them.
export const isIdToken = (claims: Claims): boolean =>
  claims.nonce !== undefined || claims.at_hash !== undefined || claims.c_hash !== undefined;

export const isOneOf = (value: unknown, allowed: readonly string[]): boolean =>
  isText(value) && allowed.includes(value);

export const optionalText = (claims: Claims, claim: string) =>
  isText(claims[claim]) ? claims[claim] : undefined;

// RFC 7519 §4.1 and RFC 8693 §4.2: registered claims that are text wherever they appear.
const textClaims = ['iss', 'sub', 'jti', 'scope'] as const;

/**
 * The first registered claim that is of another type than its RFC says. Whoever does not read a claim
 * must not accept a token in which it is nonsense: the next one to read it may take it for something.
 */
export const misshapenClaim = (claims: Claims): string | undefined => {
  for (const claim of textClaims)
    if (claims[claim] !== undefined && typeof claims[claim] !== 'string') return claim;
  const { aud } = claims;
  const isAudience =
    aud === undefined ||
    typeof aud === 'string' ||
    (Array.isArray(aud) && aud.every((value) => typeof value === 'string'));
  return isAudience ? undefined : 'aud';
};
