/**
 * The contract between whoever starts the container and {@link file://./config.ts}: names and types
 * of the environment variables, nothing else. `lib/` builds an object of this type.
 * Lists are separated by white space, as OAuth writes scopes.
 */
export interface ServerEnvironment {
  /** The MCP URL users type, such as `https://mcp.example.com/mcp`. */
  readonly RESOURCE_IDENTIFIER: string;
  /** Issuer URL of the authorization server that the metadata document names. */
  readonly AUTHORIZATION_SERVER: string;
  /**
   * JSON: `[{ "issuer": "https://…", "jwksUri": "https://…" }]`. Without `jwksUri` it is Cognito's,
   * `<issuer>/.well-known/jwks.json`.
   */
  readonly TOKEN_ISSUERS: string;
  /** Client ids whose user tokens are accepted. */
  readonly USER_CLIENTS?: string;
  /** Client ids whose client-credentials tokens are accepted. */
  readonly MACHINE_CLIENTS?: string;
  /** `required` (default), `optional` or `off`. */
  readonly TENANCY?: string;
  /** Values of the Host header that are served. Default: the host of the resource identifier. */
  readonly ALLOWED_HOSTS?: string;
  /** Values of the Origin header that are served; `loopback` stands for every local port. Default: none. */
  readonly ALLOWED_ORIGINS?: string;
  /** What an ordinary user is asked to grant. */
  readonly EVERYDAY_SCOPES?: string;
  /** JSON, on top of what the tools themselves declare: `{ "delete_note": ["mcp:notes:delete"] }`. */
  readonly TOOL_SCOPES?: string;
  /** Header that a trusted proxy fills with the client's address, such as `cloudfront-viewer-address`. */
  readonly CLIENT_ADDRESS_HEADER?: string;
  readonly HOST?: string;
  readonly PORT?: string;
  readonly MAX_BODY_BYTES?: string;
  readonly RESOURCE_NAME?: string;
  readonly SERVER_VERSION?: string;
}
