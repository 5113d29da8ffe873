import { type ClaimProfileName, claimProfile, type TokenIdentity } from './claim-profile.ts';
import type { Principal } from './principal.ts';
import type { Rejection } from './rejection.ts';
import { err, ok, type Result } from './result.ts';
import { unionOfScopes } from './scope.ts';
import { type Claims, isText, malformed, misshapenClaim } from './token-claims.ts';

/**
 * RFC 9068 §4: what a verified set of claims must say before its bearer may talk to this server.
 * How a product spells it is in {@link file://./claim-profile.ts}. Pure: the signature has been
 * checked, `now` is passed in. The order is the order in which reasons are reported.
 */

export interface AccessTokenPolicy {
  /** The MCP URL. `aud` of user tokens, prefix of every scope. */
  readonly resourceIdentifier: string;
  /** App clients whose user tokens are accepted: the broker's, and any in `direct` mode. */
  readonly userClients: readonly string[];
  /** Clients whose client-credentials tokens are accepted; Cognito gives those no `aud`. */
  readonly machineClients: readonly string[];
  readonly tenancy: 'required' | 'optional' | 'off';
  /** Longest `exp - iat` accepted, in seconds. Cognito allows at most one day. */
  readonly maxLifetimeSeconds: number;
  /** How the issuer writes its tokens. @default 'cognito' */
  readonly profile?: ClaimProfileName;
  /** Values of `aud` that mean this server. @default - the resource identifier */
  readonly audience?: readonly string[];
  /** Scope or permission at the issuer → scopes here. @default - the names are the same */
  readonly scopeNames?: Readonly<Record<string, readonly string[]>>;
  /** The tenant of everybody whom this issuer knows. Wins over any claim. */
  readonly tenant?: string;
  /** A claim that only administrators of the issuer can write. @default - the profile's */
  readonly tenantClaim?: string;
  /** @default - the profile's */
  readonly groupsClaim?: string;
}

/** Clock difference tolerated on `iat` and `nbf`, in seconds. Never on `exp`. */
export const clockToleranceSeconds = 60;

type Check = Result<undefined, Rejection>;
const passed: Check = ok(undefined);

const isNumericDate = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

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

/** Claims that RFC 7519 §4.1 defines, those that nothing here reads included. */
const checkRegistered = (claims: Claims, policy: AccessTokenPolicy, now: number): Check => {
  const times = checkTimes(claims, policy, now);
  if (!times.ok) return times;
  const misshapen = misshapenClaim(claims);
  return misshapen === undefined ? passed : malformed(misshapen);
};

const checkClient = ({ clientId, isMachine }: TokenIdentity, policy: AccessTokenPolicy): Check =>
  (isMachine ? policy.machineClients : policy.userClients).includes(clientId)
    ? passed
    : err({ reason: 'client_not_allowed' });

/** What the issuer's names mean here. A name that the operator has not mapped means nothing. */
const scopesOf = ({ scopes }: TokenIdentity, { scopeNames }: AccessTokenPolicy) =>
  scopeNames === undefined
    ? scopes
    : unionOfScopes(
        ...scopes.map((name) => (Object.hasOwn(scopeNames, name) ? (scopeNames[name] ?? []) : [])),
      );

const groupsOf = (
  claims: Claims,
  { groupsClaims }: { readonly groupsClaims: readonly string[] },
): Result<readonly string[], Rejection> => {
  for (const claim of groupsClaims) {
    const groups = claims[claim] ?? [];
    if (!Array.isArray(groups) || !groups.every(isText))
      return err({ reason: 'claim_malformed', evidence: { claim } });
  }
  return ok(groupsClaims.flatMap((claim) => (claims[claim] as readonly string[]) ?? []));
};

const tenantOf = (
  claims: Claims,
  policy: AccessTokenPolicy,
  tenantClaim: string | undefined,
): Result<string | undefined, Rejection> => {
  if (policy.tenancy === 'off') return ok(undefined);
  const tenant = policy.tenant ?? (tenantClaim === undefined ? undefined : claims[tenantClaim]);
  if (tenant === undefined)
    return policy.tenancy === 'required' ? err({ reason: 'tenant_missing' }) : ok(undefined);
  return isText(tenant) && tenant.length <= 128
    ? ok(tenant)
    : err({ reason: 'claim_malformed', evidence: { claim: tenantClaim ?? 'tenant_id' } });
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
  const registered = checkRegistered(claims, policy, now);
  if (!registered.ok) return registered;
  const profile = claimProfile(policy.profile ?? 'cognito');
  if (!profile.isAccessToken(claims)) return err({ reason: 'token_use_wrong' });
  const settings = { ...policy, audience: policy.audience ?? [policy.resourceIdentifier] };
  const identity = profile.identityOf(claims, settings);
  if (!identity.ok) return identity;
  // RFC 8707 §2 / RFC 9068 §4: the token was issued for this server and for nobody else.
  if (!profile.isForThisServer(claims, settings)) return err({ reason: 'audience_mismatch' });
  const client = checkClient(identity.value, policy);
  if (!client.ok) return client;
  const scopes = scopesOf(identity.value, policy);
  if (scopes.length === 0) return err({ reason: 'scope_missing' });
  const tenant = tenantOf(claims, policy, policy.tenantClaim ?? profile.tenantClaim);
  if (!tenant.ok) return tenant;
  const groups = groupsOf(
    claims,
    policy.groupsClaim ? { groupsClaims: [policy.groupsClaim] } : profile,
  );
  if (!groups.ok) return groups;
  return ok(
    principalOf(claims, identity.value, { scopes, tenant: tenant.value, groups: groups.value }),
  );
};

const principalOf = (
  claims: Claims,
  identity: TokenIdentity,
  derived: Pick<Principal, 'scopes' | 'groups' | 'tenant'>,
): Principal =>
  Object.freeze({
    subject: identity.subject,
    ...(identity.username !== undefined && { username: identity.username }),
    ...(derived.tenant !== undefined && { tenant: derived.tenant }),
    clientId: identity.clientId,
    isMachine: identity.isMachine,
    scopes: derived.scopes,
    groups: derived.groups,
    issuer: claims.iss as string,
    tokenId: identity.tokenId,
    ...(identity.originTokenId !== undefined && { originTokenId: identity.originTokenId }),
    issuedAt: claims.iat as number,
    expiresAt: claims.exp as number,
  });
