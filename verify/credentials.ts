/** What a verification may use to go past the door. Never printed, never in a command line. */
export interface Credentials {
  /** An access token for this server. */
  readonly token?: string;
  /** A test user of the login pages. */
  readonly username?: string;
  readonly password?: string;
  /** Key of the test user's authenticator, base32. @default - no second factor is asked for */
  readonly totpKey?: string;
  /**
   * The client to sign in with: known to the server, or the URL of its own metadata document.
   *
   * @default - one that registers itself
   */
  readonly clientId?: string;
  /** @default - it has none */
  readonly clientSecret?: string;
  /** @default - the first of its document, else a loopback one */
  readonly redirectUri?: string;
  /** A client of the client_credentials grant. */
  readonly machineId?: string;
  readonly machineSecret?: string;
  /** A valid token of the same issuer for another server. */
  readonly foreignToken?: string;
  /** An access token of a user of another tenant. */
  readonly otherTenantToken?: string;
}

export const noCredentials: Credentials = {};

/** What no output may contain. A test user's name is nobody's business either. */
export const secretMembers = [
  'token',
  'username',
  'password',
  'totpKey',
  'clientSecret',
  'machineSecret',
  'foreignToken',
  'otherTenantToken',
] as const satisfies readonly (keyof Credentials)[];
