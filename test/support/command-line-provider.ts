import type { OAuthClientMetadata } from '@modelcontextprotocol/client';
import { MemoryOAuthProvider } from '../../dev/memory-oauth-provider.ts';

interface CommandLineProviderOptions {
  readonly redirectUrl: string;
  readonly clientMetadataUrl?: string;
  /** @default true */
  readonly wantsRefresh?: boolean;
}

/** The OAuth half of a command-line client; can be made to hold a token that no longer works. */
export class CommandLineProvider extends MemoryOAuthProvider {
  readonly #wantsRefresh: boolean;
  #isForgotten = false;
  /** How often tokens arrived: a login, and one more for every refresh. */
  timesSaved = 0;

  constructor(options: CommandLineProviderOptions) {
    super(options);
    this.#wantsRefresh = options.wantsRefresh ?? true;
  }

  override get clientMetadata(): OAuthClientMetadata {
    const grants = this.#wantsRefresh ? ['authorization_code', 'refresh_token'] : undefined;
    return { ...super.clientMetadata, grant_types: grants ?? ['authorization_code'] };
  }

  override saveTokens(tokens: Parameters<MemoryOAuthProvider['saveTokens']>[0]): void {
    this.timesSaved += 1;
    this.#isForgotten = false;
    super.saveTokens(tokens);
  }

  override tokens(): ReturnType<MemoryOAuthProvider['tokens']> {
    return this.#isForgotten ? undefined : super.tokens();
  }

  /** The SDKs call this when the authorization server says `invalid_grant`. */
  invalidateCredentials(): void {
    this.#isForgotten = true;
  }

  get accessToken(): string {
    return this.tokens()?.access_token ?? '';
  }

  /** Puts another access token in the place of the one it holds, and keeps the refresh token. */
  replaceAccessToken(accessToken: string): void {
    const tokens = this.tokens();
    if (!tokens) throw new Error('the client has not logged in yet');
    super.saveTokens({ ...tokens, access_token: accessToken });
  }
}
