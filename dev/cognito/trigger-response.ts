import type {
  ClaimsAndScopeOverrideDetails,
  ClaimsOverride,
} from '../../lambda/pre-token-generation/event.ts';
import type { Claims } from './token-claims.ts';

/**
 * What Cognito does with the trigger's answer. The list of claims it keeps for itself is that of
 * user-pool-lambda-pre-token-generation; attempts to write them are ignored.
 */
const reserved = new Set(
  `iss sub client_id username exp iat auth_time jti origin_jti token_use version event_id device_key
   nonce azp nbf acr amr at_hash scope`.split(/\s+/),
);

const isReserved = (name: string): boolean => reserved.has(name) || name.startsWith('cognito:');

const withClaims = (claims: Claims, override: ClaimsOverride | undefined): Claims => {
  const added = Object.entries(override?.claimsToAddOrOverride ?? {}).filter(
    ([name]) => !isReserved(name) && name !== 'aud',
  );
  const suppressed = new Set(
    (override?.claimsToSuppress ?? []).filter((name) => !isReserved(name) && name !== 'aud'),
  );
  return Object.fromEntries(
    Object.entries({ ...claims, ...Object.fromEntries(added) }).filter(
      ([name]) => !suppressed.has(name),
    ),
  );
};

const withGroups = (claims: Claims, details: ClaimsAndScopeOverrideDetails): Claims => {
  const groups = details.groupOverrideDetails?.groupsToOverride;
  return groups === undefined ? claims : { ...claims, 'cognito:groups': groups };
};

// A trigger may add `aud`, but only with the id of the current app client: it cannot bind a token
// to a resource, and it cannot undo a binding.
const withAudience = (claims: Claims, requested: unknown): Claims =>
  claims.aud === undefined && requested === claims.client_id
    ? { ...claims, aud: requested }
    : claims;

const withScopes = (claims: Claims, details: ClaimsAndScopeOverrideDetails): Claims => {
  const { scopesToAdd = [], scopesToSuppress = [] } = details.accessTokenGeneration ?? {};
  // Added scopes are not limited to those of the app client: a bug in a trigger is an escalation.
  const scopes = new Set([...String(claims.scope).split(' ').filter(Boolean), ...scopesToAdd]);
  for (const name of scopesToSuppress) scopes.delete(name);
  const { scope: _, ...others } = claims;
  return scopes.size > 0 ? { ...claims, scope: [...scopes].join(' ') } : others;
};

export const applyToAccessToken = (
  claims: Claims,
  details: ClaimsAndScopeOverrideDetails,
): Claims => {
  const override = details.accessTokenGeneration;
  const audience = override?.claimsToAddOrOverride?.aud;
  return withScopes(
    withAudience(withGroups(withClaims(claims, override), details), audience),
    details,
  );
};

export const applyToIdToken = (claims: Claims, details: ClaimsAndScopeOverrideDetails): Claims =>
  withGroups(withClaims(claims, details.idTokenGeneration), details);
