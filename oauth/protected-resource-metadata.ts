/** RFC 9728 §2, wire spelling. */
export interface ProtectedResourceMetadata {
  readonly resource: string;
  readonly authorization_servers: readonly [string];
  readonly scopes_supported: readonly string[];
  readonly bearer_methods_supported: readonly ['header'];
  readonly resource_name?: string;
  readonly resource_documentation?: string;
}

/**
 * The document that tells a client which authorization server to use and what to ask for.
 * `scopes_supported` is the everyday set, not the catalogue: publishing every scope is what the MCP
 * security page calls a common mistake. `resource` is the URL a user types, byte for byte, since
 * clients refuse a document that names another one.
 *
 * @see [RFC 9728 §2](https://www.rfc-editor.org/rfc/rfc9728#section-2)
 */
export const protectedResourceMetadata = (options: {
  readonly resourceIdentifier: string;
  readonly authorizationServer: string;
  readonly everydayScopes: readonly string[];
  readonly resourceName?: string;
}): ProtectedResourceMetadata => ({
  resource: options.resourceIdentifier,
  authorization_servers: [options.authorizationServer],
  scopes_supported: options.everydayScopes,
  bearer_methods_supported: ['header'],
  ...(options.resourceName && { resource_name: options.resourceName }),
});
