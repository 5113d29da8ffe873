import type { Principal } from './principal.ts';
import type { Rejection } from './rejection.ts';
import { err, ok, type Result } from './result.ts';
import { fromCognitoScopes } from './scope.ts';

/**
 * RFC 9068 §4 with the Cognito profile: what a verified set of claims must say before its bearer
 * may talk to this server. Pure: the signature has been checked, `now` is passed in.
 * The order is the order in which reasons are reported.
 */

export interface AccessTokenPolicy {
  /** The MCP URL. `aud` of user tokens, prefix of every scope. */
  readonly resourceIdentifier: string;
  /** App clients whose user tokens are accepted: the broker's, and any in `direct` mode. */
  readonly userClients: readonly string[];
  /** App clients whose client-credentials tokens are accepted, although Cognito gives them no `aud`. */
  readonly machineClients: readonly string[];
  readonly tenancy: 'required' | 'optional' | 'off';
  /** Longest `exp - iat` accepted, in seconds. Cognito allows at most one day. */
  readonly maxLifetimeSeconds: number;
}

/** Clock difference tolerated on `iat` and `nbf`, in seconds. Never on `exp`. */
export const clockToleranceSeconds = 60;

type Claims = Readonly<Record<string, unknown>>;
type Check = Result<undefined, Rejection>;
const passed: Check = ok(undefined);

const isNumericDate = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const checkTimes = (claims: Claims, policy: AccessTokenPolicy, now: number): Check => {
  const { exp, iat, nbf } = claims;
  if (exp === undefined) return err({ reason: 'claim_missing', evidence: { claim: 'exp' } });
  if (!isNumericDate(exp)) return err({ reason: 'claim_malformed', evidence: { claim: 'exp' } });
  if (exp <= now)
    return err({ reason: 'expired', evidence: { secondsAgo: Math.floor(now - exp) } });
  if (iat === undefined) return err({ reason: 'claim_missing', evidence: { claim: 'iat' } });
  if (!isNumericDate(iat)) return err({ reason: 'claim_malformed', evidence: { claim: 'iat' } });
  if (iat > now + clockToleranceSeconds) return err({ reason: 'issued_in_future' });
  if (nbf !== undefined && !isNumericDate(nbf))
    return err({ reason: 'claim_malformed', evidence: { claim: 'nbf' } });
  if (nbf !== undefined && nbf > now + clockToleranceSeconds)
    return err({ reason: 'not_yet_valid' });
  if (exp - iat > policy.maxLifetimeSeconds) return err({ reason: 'lifetime_too_long' });
  return passed;
};

const checkIdentityClaims = (claims: Claims): Check => {
  for (const claim of ['sub', 'client_id', 'jti', 'scope'] as const) {
    if (claims[claim] === undefined) return err({ reason: 'claim_missing', evidence: { claim } });
    if (!isText(claims[claim])) return err({ reason: 'claim_malformed', evidence: { claim } });
  }
  return passed;
};

/** RFC 8707 §2 / RFC 9068 §4: the token was issued for this server and for nobody else. */
const checkAudience = (claims: Claims, policy: AccessTokenPolicy): Check => {
  if (claims.aud === policy.resourceIdentifier) return passed;
  const isMachineToken = claims.aud === undefined && isMachine(claims, policy);
  // Cognito cannot bind client-credentials tokens to a resource; the trigger's claim stands in.
  if (isMachineToken && claims.mcp_resource === policy.resourceIdentifier) return passed;
  return err({ reason: 'audience_mismatch' });
};

const isMachine = (claims: Claims, policy: AccessTokenPolicy): boolean =>
  claims.sub === claims.client_id && policy.machineClients.includes(claims.client_id as string);

const checkClient = (claims: Claims, policy: AccessTokenPolicy): Check =>
  isMachine(claims, policy) || policy.userClients.includes(claims.client_id as string)
    ? passed
    : err({ reason: 'client_not_allowed' });

const groupsOf = (claims: Claims): Result<readonly string[], Rejection> => {
  const groups = claims['cognito:groups'] ?? [];
  return Array.isArray(groups) && groups.every(isText)
    ? ok(groups as readonly string[])
    : err({ reason: 'claim_malformed', evidence: { claim: 'cognito:groups' } });
};

const tenantOf = (
  claims: Claims,
  policy: AccessTokenPolicy,
): Result<string | undefined, Rejection> => {
  if (policy.tenancy === 'off') return ok(undefined);
  const tenant = claims.tenant_id;
  if (tenant === undefined)
    return policy.tenancy === 'required' ? err({ reason: 'tenant_missing' }) : ok(undefined);
  return isText(tenant) && tenant.length <= 128
    ? ok(tenant)
    : err({ reason: 'claim_malformed', evidence: { claim: 'tenant_id' } });
};

/**
 * Guarantees: unexpired, plausible times, an access token (not an ID token), issued for this
 * resource to an allowed client, carrying at least one scope of this resource, with a tenant when
 * tenancy is required.
 *
 * Does not check the signature, the issuer, or whether a scope is enough for an operation.
 *
 * @param now seconds since the epoch
 * @see [RFC 9068 §4](https://www.rfc-editor.org/rfc/rfc9068#section-4)
 */
export const validateAccessTokenClaims = (
  claims: Claims,
  policy: AccessTokenPolicy,
  now: number,
): Result<Principal, Rejection> => {
  const times = checkTimes(claims, policy, now);
  if (!times.ok) return times;
  if (claims.token_use !== 'access') return err({ reason: 'token_use_wrong' });
  const identity = checkIdentityClaims(claims);
  if (!identity.ok) return identity;
  const audience = checkAudience(claims, policy);
  if (!audience.ok) return audience;
  const client = checkClient(claims, policy);
  if (!client.ok) return client;
  const scopes = fromCognitoScopes(policy.resourceIdentifier, (claims.scope as string).split(' '));
  if (scopes.length === 0) return err({ reason: 'scope_missing' });
  const tenant = tenantOf(claims, policy);
  if (!tenant.ok) return tenant;
  const groups = groupsOf(claims);
  if (!groups.ok) return groups;
  return ok(principalOf(claims, policy, { scopes, tenant: tenant.value, groups: groups.value }));
};

const principalOf = (
  claims: Claims,
  policy: AccessTokenPolicy,
  derived: Pick<Principal, 'scopes' | 'groups' | 'tenant'>,
): Principal =>
  Object.freeze({
    subject: claims.sub as string,
    ...(isText(claims.username) && { username: claims.username }),
    ...(derived.tenant !== undefined && { tenant: derived.tenant }),
    clientId: claims.client_id as string,
    isMachine: isMachine(claims, policy),
    scopes: derived.scopes,
    groups: derived.groups,
    issuer: claims.iss as string,
    tokenId: claims.jti as string,
    ...(isText(claims.origin_jti) && { originTokenId: claims.origin_jti }),
    expiresAt: claims.exp as number,
  });
