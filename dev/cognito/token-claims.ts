import { createHash, randomUUID } from 'node:crypto';
import type { TokenFamily } from './refresh-tokens.ts';
import { type SimulatedUser, userAttributesOf } from './user-directory.ts';
import { oidcScopes, tracksOrigin, type UserPoolClientDefinition } from './user-pool.ts';

/** The claims Cognito itself writes, before the trigger is asked. Member order follows the guide's examples. */

export type Claims = Readonly<Record<string, unknown>>;

export interface UserTokenSubject {
  readonly issuer: string;
  readonly client: UserPoolClientDefinition;
  readonly user: SimulatedUser;
  readonly family: TokenFamily;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
}

const groupsClaim = (groups: readonly string[]): Claims =>
  groups.length > 0 ? { 'cognito:groups': groups } : {};

/** amazon-cognito-user-pools-using-the-access-token: `aud` appears with resource binding only. */
export const accessTokenClaims = (subject: UserTokenSubject): Claims => {
  const { issuer, client, user, family, issuedAt } = subject;
  const { resource, authTime } = family.grant;
  return {
    sub: user.sub,
    ...groupsClaim(user.groups),
    iss: issuer,
    version: 2,
    client_id: client.clientId,
    ...(resource !== undefined && { aud: resource }),
    ...(tracksOrigin(client) && { origin_jti: family.originJti }),
    event_id: family.eventId,
    token_use: 'access',
    scope: family.grant.scopes.join(' '),
    auth_time: authTime,
    exp: issuedAt + client.accessTokenValiditySeconds,
    iat: issuedAt,
    ...(tracksOrigin(client) && { jti: randomUUID() }),
    username: user.username,
  };
};

/** Attributes that the OIDC scopes release; with `openid` alone, all of them. */
export const releasedAttributes = (
  user: SimulatedUser,
  scopes: readonly string[],
): Readonly<Record<string, string>> => {
  const { sub: _, 'cognito:user_status': __, ...attributes } = userAttributesOf(user);
  const requested = oidcScopes.filter((scope) => scopes.includes(scope));
  const isEverything = requested.includes('profile') || requested.length === 1;
  return Object.fromEntries(
    Object.entries(attributes).filter(
      ([name]) =>
        isEverything || requested.some((scope) => scope !== 'openid' && isOf(name, scope)),
    ),
  );
};

const isOf = (attribute: string, scope: string): boolean =>
  attribute === scope ||
  attribute === `${scope}_verified` ||
  (scope === 'phone' && attribute.startsWith('phone_number'));

// In ID tokens the two verification flags are booleans and identities are an object.
const typed = (name: string, value: string): unknown => {
  if (name === 'email_verified' || name === 'phone_number_verified') return value === 'true';
  return name === 'identities' ? JSON.parse(value) : value;
};

/** OpenID Connect Core §3.1.3.6: the left half of the hash of the access token. */
const atHash = (accessToken: string): string =>
  createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url');

/** amazon-cognito-user-pools-using-the-id-token */
export const idTokenClaims = (subject: UserTokenSubject, accessToken: string): Claims => {
  const { issuer, client, user, family, issuedAt } = subject;
  const { nonce, authTime, scopes } = family.grant;
  const attributes = Object.entries(releasedAttributes(user, scopes));
  return {
    at_hash: atHash(accessToken),
    sub: user.sub,
    ...groupsClaim(user.groups),
    iss: issuer,
    'cognito:username': user.username,
    ...(nonce !== undefined && { nonce }),
    ...(tracksOrigin(client) && { origin_jti: family.originJti }),
    aud: client.clientId,
    event_id: family.eventId,
    token_use: 'id',
    auth_time: authTime,
    exp: issuedAt + client.accessTokenValiditySeconds,
    iat: issuedAt,
    ...(tracksOrigin(client) && { jti: randomUUID() }),
    ...Object.fromEntries(attributes.map(([name, value]) => [name, typed(name, value)])),
  };
};

/** No `aud`, `username`, groups or `origin_jti`: nothing binds a machine's token to a resource. */
export const machineTokenClaims = (options: {
  readonly issuer: string;
  readonly client: UserPoolClientDefinition;
  readonly scopes: readonly string[];
  readonly issuedAt: number;
}): Claims => ({
  sub: options.client.clientId,
  token_use: 'access',
  scope: options.scopes.join(' '),
  auth_time: options.issuedAt,
  iss: options.issuer,
  exp: options.issuedAt + options.client.accessTokenValiditySeconds,
  iat: options.issuedAt,
  version: 2,
  jti: randomUUID(),
  client_id: options.client.clientId,
});
