import { fromCognitoScopes, toCognitoScope, unionOfScopes } from './scope.ts';

/**
 * Scopes are granted, not just requested: Cognito gives any user every scope that the app client
 * may ask for, so what a person may do has to be decided from the person's groups.
 */

/** Who may have what. Short names (`mcp:tools:read`). */
export interface ScopeGrants {
  readonly groupScopes: Readonly<Record<string, readonly string[]>>;
  /** For a user of whom no group is listed. */
  readonly defaultScopes: readonly string[];
}

/**
 * The short names a user with these groups may have: the union over the listed groups, or the
 * default when none of them is listed. A listed group with an empty list grants nothing and also
 * takes the default away.
 */
export const grantedScopes = (
  groups: readonly string[],
  grants: ScopeGrants,
): readonly string[] => {
  // `constructor` is a legal group name and must not find Object.prototype.
  const listed = groups.filter((group) => Object.hasOwn(grants.groupScopes, group));
  return listed.length === 0
    ? grants.defaultScopes
    : unionOfScopes(...listed.map((group) => grants.groupScopes[group] as readonly string[]));
};

/**
 * Those of the requested scopes, in Cognito's spelling, that belong to this resource and are not
 * granted. Reads the prefix exactly as the resource server does, so that whatever the resource
 * server would honour has been judged here.
 *
 * Ignores OIDC scopes and scopes of other resources: they grant nothing at this one.
 */
export const scopesToSuppress = (
  resourceIdentifier: string,
  requestedScopes: readonly string[],
  granted: readonly string[],
): readonly string[] =>
  fromCognitoScopes(resourceIdentifier, requestedScopes)
    .filter((name) => !granted.includes(name))
    .map((name) => toCognitoScope(resourceIdentifier, name));
