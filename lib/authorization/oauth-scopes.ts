import { oauthScope } from '../../oauth/scope.ts';

/** A permission that a user can give to an MCP client. */
export interface McpScope {
  /** Short name, as clients and tools see it: `mcp:tools:read`. */
  readonly name: string;
  /** In plain words, from the user's side, for the consent page: "Read your notes". */
  readonly description: string;
  /**
   * Whether it is asked for when a client does not say what it wants.
   *
   * @default true
   */
  readonly isEveryday?: boolean;
}

/** What MCP itself needs: see and call tools, read resources and prompts. */
export const defaultScopes: readonly McpScope[] = [
  { name: oauthScope.toolsRead, description: 'See which tools there are' },
  { name: oauthScope.toolsExecute, description: 'Use tools for you' },
  { name: oauthScope.resourcesRead, description: 'Read resources of this server' },
  { name: oauthScope.promptsRead, description: 'Use the prompts of this server' },
];

// A Cognito scope name: printable ASCII without space, quotation mark, backslash and slash.
const cognitoScopeName = /^[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]{1,128}$/;

/** Cognito's own limit for one app client, less the three OpenID scopes. */
const maxScopes = 47;

export const everydayScopes = (scopes: readonly McpScope[]): readonly string[] =>
  scopes.filter(({ isEveryday }) => isEveryday ?? true).map(({ name }) => name);

/** Everything that Cognito or the consent page would refuse, in words; empty if all is well. */
export const scopeProblems = (scopes: readonly McpScope[]): readonly string[] => {
  const names = scopes.map(({ name }) => name);
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  return [
    ...(names.length === 0 || names.length > maxScopes
      ? [`'scopes' must list 1 to ${maxScopes} scopes, got ${names.length}`]
      : []),
    ...names
      .filter((name) => !cognitoScopeName.test(name))
      .map(
        (name) =>
          `'scopes' must have names of 1 to 128 printable ASCII characters without space, quotation mark, slash or backslash, got ${JSON.stringify(name)}`,
      ),
    ...repeated.map((name) => `'scopes' must name each scope once, got ${name} again`),
    ...scopes
      .filter(({ description }) => description.trim() === '')
      .map(
        ({ name }) =>
          `'scopes' must describe each scope for the consent page, got no description of ${name}`,
      ),
  ];
};

/** Names in `granted` that are no scope of this server: usually a misspelling. */
export const unknownScopes = (
  granted: readonly string[],
  scopes: readonly McpScope[],
): readonly string[] => granted.filter((name) => !scopes.some((scope) => scope.name === name));
