import { brokerPaths } from './well-known.ts';

/** RFC 8414 §2, wire spelling. */
export interface AuthorizationServerMetadata {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly revocation_endpoint: string;
  readonly registration_endpoint?: string;
  readonly scopes_supported: readonly string[];
  readonly response_types_supported: readonly ['code'];
  readonly response_modes_supported: readonly ['query'];
  readonly grant_types_supported: readonly string[];
  readonly token_endpoint_auth_methods_supported: readonly string[];
  readonly revocation_endpoint_auth_methods_supported: readonly string[];
  readonly code_challenge_methods_supported: readonly ['S256'];
  readonly authorization_response_iss_parameter_supported: true;
  readonly client_id_metadata_document_supported: boolean;
  readonly service_documentation?: string;
}

const authMethods = ['none', 'client_secret_basic', 'client_secret_post'] as const;

/**
 * The document every MCP client reads first. `issuer` is the origin, without a trailing slash: SDK
 * v2 compares it character for character with the protected-resource metadata. `offline_access` is
 * never listed: SDK v2 would add it and `prompt=consent` to every request.
 *
 * @see [RFC 8414 §2](https://www.rfc-editor.org/rfc/rfc8414#section-2)
 */
export const authorizationServerMetadata = (options: {
  readonly issuer: string;
  readonly everydayScopes: readonly string[];
  readonly allowsDynamicRegistration: boolean;
  readonly allowsMetadataDocuments: boolean;
  readonly allowsMachineClients: boolean;
}): AuthorizationServerMetadata => ({
  issuer: options.issuer,
  authorization_endpoint: options.issuer + brokerPaths.authorize,
  token_endpoint: options.issuer + brokerPaths.token,
  revocation_endpoint: options.issuer + brokerPaths.revoke,
  ...(options.allowsDynamicRegistration && {
    registration_endpoint: options.issuer + brokerPaths.register,
  }),
  scopes_supported: options.everydayScopes,
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  grant_types_supported: [
    'authorization_code',
    'refresh_token',
    ...(options.allowsMachineClients ? ['client_credentials'] : []),
  ],
  token_endpoint_auth_methods_supported: authMethods,
  revocation_endpoint_auth_methods_supported: authMethods,
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: true,
  client_id_metadata_document_supported: options.allowsMetadataDocuments,
});
