import { decodeJwt } from 'jose';
import * as oauth from 'oauth4webapi';
import type { OAuthRefusal } from '../../oauth/oauth-error.ts';
import { err, ok, type Result } from '../../oauth/result.ts';
import type { UpstreamSettings } from './settings.ts';

/**
 * The leg to Cognito: an ordinary confidential OAuth client with its own state, PKCE and nonce and
 * one fixed callback. Nothing of what an MCP client sent is forwarded but the hints named here.
 */

export interface UpstreamTokens {
  readonly accessToken: string;
  readonly refreshToken?: string;
  /** Seconds. */
  readonly expiresIn: number;
  /** Of the access token, straight from Cognito over TLS: decoded, not verified again. */
  readonly claims: Readonly<Record<string, unknown>>;
}

export interface SignInRequest {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly scopes: readonly string[];
  readonly resource?: string;
  readonly prompt?: string;
  readonly loginHint?: string;
  readonly identityProvider?: string;
}

export type UpstreamResult = Result<UpstreamTokens, OAuthRefusal>;

export interface Upstream {
  signInUrl(request: SignInRequest): Promise<string>;
  /** Checks state, redeems the code, checks the ID token's nonce. */
  redeem(
    callback: URL,
    expected: Pick<SignInRequest, 'state' | 'nonce' | 'codeVerifier'>,
  ): Promise<UpstreamResult>;
  refresh(refreshToken: string): Promise<UpstreamResult>;
  clientCredentials(
    credentials: { readonly clientId: string; readonly clientSecret: string },
    scope: string | undefined,
  ): Promise<UpstreamResult>;
  /** Revokes the sign-in behind a refresh token. False if Cognito did not confirm it. */
  revoke(refreshToken: string): Promise<boolean>;
}

/** Claude's own limit for a token call is 10 s; a login must not hang longer than that. */
const timeoutMilliseconds = 5_000;

// Cognito's error codes that mean "this user, this code, this token": final, not worth a retry.
const refusals: Readonly<Record<string, OAuthRefusal['reason']>> = {
  invalid_grant: 'grant_revoked_upstream',
  access_denied: 'upstream_denied',
  login_required: 'login_required',
  invalid_scope: 'nothing_granted',
  invalid_client: 'upstream_refused',
  unauthorized_client: 'upstream_refused',
};

/** What went wrong upstream, as a refusal. Never carries the upstream's text: it may quote a token. */
const refusalOf = (error: unknown): OAuthRefusal => {
  if (error instanceof oauth.AuthorizationResponseError) return authorizationRefusal(error);
  if (error instanceof oauth.ResponseBodyError) {
    const isTransient = error.status >= 500 || error.status === 429;
    const reason = isTransient
      ? 'upstream_unavailable'
      : (refusals[error.error] ?? 'upstream_refused');
    return { reason, evidence: { upstreamError: error.error, upstreamStatus: error.status } };
  }
  if (error instanceof oauth.OperationProcessingError) return processingRefusal(error);
  // fetch: connection refused, reset, time-out.
  return { reason: 'upstream_unavailable', evidence: { cause: (error as Error).name } };
};

const authorizationRefusal = (error: oauth.AuthorizationResponseError): OAuthRefusal => {
  // Cognito reports a scope it does not know as invalid_request with this description.
  const isScope = error.error_description === 'invalid_scope';
  const reason = isScope ? 'nothing_granted' : (refusals[error.error] ?? 'upstream_denied');
  return { reason, evidence: { upstreamError: error.error } };
};

const processingRefusal = (error: oauth.OperationProcessingError): OAuthRefusal => {
  const response = error.cause instanceof Response ? error.cause : undefined;
  const isTransient = response && (response.status >= 500 || response.status === 429);
  return {
    reason: isTransient ? 'upstream_unavailable' : 'upstream_refused',
    evidence: {
      cause: error.code ?? 'processing',
      ...(response && { upstreamStatus: response.status }),
    },
  };
};

const attempt = async (
  work: () => Promise<oauth.TokenEndpointResponse>,
): Promise<UpstreamResult> => {
  try {
    const tokens = await work();
    return ok({
      accessToken: tokens.access_token,
      ...(tokens.refresh_token && { refreshToken: tokens.refresh_token }),
      expiresIn: tokens.expires_in ?? 3600,
      claims: decodeJwt(tokens.access_token),
    });
  } catch (error) {
    return err(refusalOf(error));
  }
};

const isLoopbackHttp = (issuer: string): boolean => new URL(issuer).protocol === 'http:';

/** @param callbackUrl the only redirect URI of the app client */
export const createUpstream = (settings: UpstreamSettings, callbackUrl: string): Upstream => {
  const server: oauth.AuthorizationServer = {
    issuer: settings.issuer,
    authorization_endpoint: settings.authorizationEndpoint,
    token_endpoint: settings.tokenEndpoint,
    revocation_endpoint: settings.revocationEndpoint,
  };
  const client: oauth.Client = { client_id: settings.clientId };
  const authentication = oauth.ClientSecretBasic(settings.clientSecret);
  const options = () => ({
    signal: AbortSignal.timeout(timeoutMilliseconds),
    // The settings parser lets http through for loopback only.
    [oauth.allowInsecureRequests]: isLoopbackHttp(settings.tokenEndpoint),
  });
  return {
    signInUrl: (request) => signInUrl(settings, callbackUrl, request),
    redeem: (callback, expected) =>
      attempt(async () => {
        const parameters = oauth.validateAuthResponse(server, client, callback, expected.state);
        const { codeVerifier, nonce } = expected;
        const response = await oauth.authorizationCodeGrantRequest(
          server,
          client,
          authentication,
          parameters,
          callbackUrl,
          codeVerifier,
          options(),
        );
        return oauth.processAuthorizationCodeResponse(server, client, response, {
          expectedNonce: nonce,
          requireIdToken: true,
        });
      }),
    refresh: (refreshToken) =>
      attempt(async () =>
        oauth.processRefreshTokenResponse(
          server,
          client,
          await oauth.refreshTokenGrantRequest(
            server,
            client,
            authentication,
            refreshToken,
            options(),
          ),
        ),
      ),
    clientCredentials: ({ clientId, clientSecret }, scope) =>
      attempt(async () => {
        const machine: oauth.Client = { client_id: clientId };
        const parameters: Record<string, string> = scope === undefined ? {} : { scope };
        const secret = oauth.ClientSecretBasic(clientSecret);
        return oauth.processClientCredentialsResponse(
          server,
          machine,
          await oauth.clientCredentialsGrantRequest(server, machine, secret, parameters, options()),
        );
      }),
    revoke: async (refreshToken) => {
      try {
        await oauth.processRevocationResponse(
          await oauth.revocationRequest(server, client, authentication, refreshToken, options()),
        );
        return true;
      } catch {
        return false;
      }
    },
  };
};

const signInUrl = async (
  settings: UpstreamSettings,
  callbackUrl: string,
  request: SignInRequest,
): Promise<string> => {
  const url = new URL(settings.authorizationEndpoint);
  const parameters = {
    response_type: 'code',
    client_id: settings.clientId,
    redirect_uri: callbackUrl,
    scope: request.scopes.join(' '),
    state: request.state,
    nonce: request.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(request.codeVerifier),
    code_challenge_method: 'S256',
    resource: request.resource,
    prompt: request.prompt,
    login_hint: request.loginHint,
    identity_provider: request.identityProvider,
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
};
