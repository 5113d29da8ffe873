/**
 * The contract between the construct that creates the function and the code that runs in it.
 * Lambda allows 4 KB for all variables together.
 */
export interface PreTokenGenerationEnvironment {
  /** The MCP URL: prefix of every scope, value of the `mcp_resource` claim. */
  readonly MCP_RESOURCE_IDENTIFIER: string;
  /** JSON object: group → short scope names. */
  readonly GROUP_SCOPES: string;
  /** Space separated short names for a user of whom no group is listed. May be empty. */
  readonly DEFAULT_SCOPES: string;
  /** JSON object: name of the identity provider in the user pool → tenant id. */
  readonly IDENTITY_PROVIDER_TENANTS: string;
  /** JSON object: app client id → `{ "tenant"?: string, "scopes": string[] }`. */
  readonly MACHINE_CLIENTS: string;
}
