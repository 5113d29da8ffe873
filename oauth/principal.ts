/** Who is calling, as the verified access token says. Handed to every tool, resource and prompt. */
export interface Principal {
  /** `sub`. For a machine client Cognito sets it to the client id. */
  readonly subject: string;
  /** Cognito's `username`; absent for machine clients. Not an e-mail address, but still personal data. */
  readonly username?: string;
  /** `tenant_id`, written by the pre-token-generation trigger from server-side data only. */
  readonly tenant?: string;
  /** `client_id` of the token: the app client at the issuer, not the MCP client the user approved. */
  readonly clientId: string;
  readonly isMachine: boolean;
  /** Short names of this resource's scopes. */
  readonly scopes: readonly string[];
  readonly groups: readonly string[];
  readonly issuer: string;
  /** `jti`. Identifies this access token; a hash of the compact form would not. */
  readonly tokenId: string;
  /** `origin_jti`: the sign-in that this token descends from. */
  readonly originTokenId?: string;
  /** `iat`, seconds since the epoch. */
  readonly issuedAt: number;
  /** `exp`, seconds since the epoch. */
  readonly expiresAt: number;
}
