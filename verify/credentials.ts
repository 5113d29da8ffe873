/** What a verification may use to go past the door. Never printed, never in a command line. */
export interface Credentials {
  /** An access token for this server. */
  readonly token?: string;
  /** A test user of the login pages. */
  readonly username?: string;
  readonly password?: string;
  /** A client of the client_credentials grant. */
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** A valid token of the same issuer for another server. */
  readonly foreignToken?: string;
  /** An access token of a user of another tenant. */
  readonly otherTenantToken?: string;
}

export const noCredentials: Credentials = {};
