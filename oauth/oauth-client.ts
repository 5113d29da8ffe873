/** An OAuth client, however it came to be known. */
export interface OAuthClient {
  readonly clientId: string;
  /** Chosen by the client: shown with its destination, never instead of it. */
  readonly clientName: string;
  readonly redirectUris: readonly string[];
  readonly registration: 'dynamic' | 'metadata_document' | 'preregistered' | 'machine';
  readonly tokenEndpointAuthMethod: 'none' | 'client_secret_basic' | 'client_secret_post';
  /** Whether it asked for the refresh_token grant; without it no refresh token is handed out. */
  readonly mayRefresh: boolean;
  readonly clientUri?: string;
}
