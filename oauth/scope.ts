import { err, ok, type Result } from './result.ts';

/**
 * RFC 6749 §3.3 scope values, and the two spellings they have here: clients see short names
 * (`mcp:tools:read`), Cognito only knows `<resource identifier>/<name>`.
 */

/** The names that the mission of the package gives to MCP's operations. */
export const oauthScope = {
  toolsRead: 'mcp:tools:read',
  toolsExecute: 'mcp:tools:execute',
  resourcesRead: 'mcp:resources:read',
  promptsRead: 'mcp:prompts:read',
} as const;

// RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
const scopeToken = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

/** Splits a `scope` parameter. Order is kept, repeats are dropped, other white space is refused. */
export const parseScope = (
  value: string | undefined,
): Result<readonly string[], 'scope_malformed'> => {
  if (value === undefined || value === '') return ok([]);
  const names = value.split(' ').filter((name) => name !== '');
  if (!names.every((name) => scopeToken.test(name))) return err('scope_malformed');
  return ok([...new Set(names)]);
};

export const formatScope = (names: readonly string[]): string => names.join(' ');

/** The spelling Cognito knows. */
export const toCognitoScope = (resourceIdentifier: string, name: string): string =>
  `${resourceIdentifier}/${name}`;

/**
 * The short names of those scopes that belong to this resource. Scopes of other resources and
 * OIDC scopes are ignored: they grant nothing here.
 */
export const fromCognitoScopes = (
  resourceIdentifier: string,
  cognitoScopes: readonly string[],
): readonly string[] => {
  const prefix = `${resourceIdentifier}/`;
  return cognitoScopes
    .filter((scope) => scope.startsWith(prefix) && scope.length > prefix.length)
    .map((scope) => scope.slice(prefix.length));
};

/** The members of `required` that `granted` lacks. */
export const missingScopes = (
  required: readonly string[],
  granted: readonly string[],
): readonly string[] => required.filter((name) => !granted.includes(name));

/** Union in order of first appearance. */
export const unionOfScopes = (...lists: readonly (readonly string[])[]): readonly string[] => [
  ...new Set(lists.flat()),
];
