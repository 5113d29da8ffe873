/** What a `WWW-Authenticate` challenge says. */
export interface BearerChallenge {
  readonly resourceMetadataUrl: string;
  readonly scopes: readonly string[];
  /** RFC 6750 §3.1. Left out when no token was sent: then there is nothing to be wrong with it. */
  readonly error?: string;
  readonly errorDescription?: string;
}

// RFC 9110 §5.6.4 quoted-string. Everything outside qdtext is dropped rather than escaped: no value
// of ours needs it, and a client's parser is not the place to find out how escapes are handled.
const quoted = (value: string): string =>
  `"${value.replaceAll(/[^\x20\x21\x23-\x5B\x5D-\x7E]/g, '')}"`;

/**
 * Formats a Bearer challenge with `resource_metadata` (RFC 9728 §5.1) and `scope`, which every MCP
 * revision's clients use to find the authorization server and to choose what to ask for.
 * Guarantees a single header value without control characters, whatever the inputs are.
 *
 * @see [RFC 6750 §3](https://www.rfc-editor.org/rfc/rfc6750#section-3)
 * @example
 * bearerChallenge({ resourceMetadataUrl: 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp', scopes: ['mcp:tools:read'] });
 */
export const bearerChallenge = (challenge: BearerChallenge): string => {
  const { error, errorDescription, scopes, resourceMetadataUrl } = challenge;
  const parameters = [
    ...(error ? [`error=${quoted(error)}`] : []),
    ...(errorDescription ? [`error_description=${quoted(errorDescription)}`] : []),
    ...(scopes.length > 0 ? [`scope=${quoted(scopes.join(' '))}`] : []),
    `resource_metadata=${quoted(resourceMetadataUrl)}`,
  ];
  return `Bearer ${parameters.join(', ')}`;
};
