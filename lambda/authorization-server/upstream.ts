import { decodeJwt } from 'jose';
import * as oauth from 'oauth4webapi';
import type { OAuthRefusal } from '../../oauth/oauth-error.ts';
import { err, ok, type Result } from '../../oauth/result.ts';
import { fromCognitoScopes } from '../../oauth/scope.ts';
import type { UpstreamSettings } from './settings.ts';
import { upstreamRefusal } from './upstream-refusal.ts';

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

/** The short names of what Cognito granted for this resource. */
export const grantedScopes = (
  { claims }: UpstreamTokens,
  resourceIdentifier: string,
): readonly string[] =>
  fromCognitoScopes(resourceIdentifier, String(claims.scope ?? '').split(' '));

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
  /** `correlationId` reaches the trigger: Cognito passes client metadata on for this grant alone. */
  clientCredentials(
    credentials: { readonly clientId: string; readonly clientSecret: string },
    scope: string | undefined,
    correlationId: string,
  ): Promise<UpstreamResult>;
  /** Revokes the sign-in behind a refresh token. False if Cognito did not confirm it. */
  revoke(refreshToken: string): Promise<boolean>;
}

/** Claude's own limit for a token call is 10 s; a login must not hang longer than that. */
const timeoutMilliseconds = 5_000;

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
    return err(upstreamRefusal(error));
  }
};

const isLoopbackHttp = (issuer: string): boolean => new URL(issuer).protocol === 'http:';

const machineParameters = (
  scope: string | undefined,
  correlationId: string,
): Record<string, string> => ({
  aws_client_metadata: JSON.stringify({ correlationId }),
  ...(scope !== undefined && { scope }),
});

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
    clientCredentials: ({ clientId, clientSecret }, scope, correlationId) =>
      attempt(async () => {
        const machine: oauth.Client = { client_id: clientId };
        const parameters = machineParameters(scope, correlationId);
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
