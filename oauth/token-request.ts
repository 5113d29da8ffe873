import type { Parameters } from './authorization-request.ts';
import type { OAuthRefusal } from './oauth-error.ts';
import { isThisResource } from './resource-identifier.ts';
import { err, ok, type Result } from './result.ts';

/** RFC 6749 §4.1.3, §6, §4.4.2: what a token request must carry, before anything is looked up. */
export type TokenRequest =
  | {
      readonly grantType: 'authorization_code';
      readonly code: string;
      readonly redirectUri: string;
      readonly codeVerifier: string;
    }
  | { readonly grantType: 'refresh_token'; readonly refreshToken: string; readonly scope?: string }
  | { readonly grantType: 'client_credentials'; readonly scope?: string };

const missing = (name: string) => err({ reason: 'parameter_missing', evidence: { name } } as const);

const parseCodeRequest = (parameters: Parameters): Result<TokenRequest, OAuthRefusal> => {
  const { code, redirect_uri: redirectUri, code_verifier: codeVerifier } = parameters;
  if (!code) return missing('code');
  if (!redirectUri) return missing('redirect_uri');
  if (!codeVerifier) return missing('code_verifier');
  return ok({ grantType: 'authorization_code', code, redirectUri, codeVerifier });
};

const parseRefreshRequest = (parameters: Parameters): Result<TokenRequest, OAuthRefusal> => {
  const { refresh_token: refreshToken, scope } = parameters;
  if (!refreshToken) return missing('refresh_token');
  return ok({ grantType: 'refresh_token', refreshToken, ...(scope !== undefined && { scope }) });
};

/** Reads a token request. `resource`, when sent, must be this server (RFC 8707 §2.2). */
export const parseTokenRequest = (
  parameters: Parameters,
  resourceIdentifier: string,
): Result<TokenRequest, OAuthRefusal> => {
  const { grant_type: grantType, resource, scope } = parameters;
  if (grantType === undefined) return missing('grant_type');
  if (!isThisResource(resource, resourceIdentifier))
    return err({ reason: 'resource_mismatch', evidence: { requested: resource ?? '' } });
  if (grantType === 'authorization_code') return parseCodeRequest(parameters);
  if (grantType === 'refresh_token') return parseRefreshRequest(parameters);
  if (grantType === 'client_credentials')
    return ok({ grantType, ...(scope !== undefined && { scope }) });
  return err({ reason: 'grant_type_unsupported' });
};

export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly method: 'none' | 'client_secret_basic' | 'client_secret_post';
}

// RFC 6749 §2.3.1: id and secret are form-encoded before they are joined and base64-encoded.
const formDecode = (value: string): string => decodeURIComponent(value.replaceAll('+', ' '));

const parseBasic = (authorization: string): Result<ClientCredentials, OAuthRefusal> => {
  const match = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization);
  try {
    const [clientId, ...rest] = atob(match?.[1] ?? '!').split(':');
    if (!clientId || rest.length === 0) return err({ reason: 'client_authentication_failed' });
    return ok({
      clientId: formDecode(clientId),
      clientSecret: formDecode(rest.join(':')),
      method: 'client_secret_basic',
    });
  } catch {
    return err({ reason: 'client_authentication_failed' });
  }
};

/**
 * How the client says who it is. Exactly one method per request (RFC 6749 §2.3): a request that
 * uses two is refused, whether or not both are right.
 */
export const parseClientCredentials = (
  authorization: string | null,
  parameters: Parameters,
): Result<ClientCredentials, OAuthRefusal> => {
  const { client_id: clientId, client_secret: clientSecret } = parameters;
  if (authorization !== null) {
    const basic = parseBasic(authorization);
    if (!basic.ok) return basic;
    const contradicts = clientId !== undefined && clientId !== basic.value.clientId;
    if (clientSecret !== undefined || contradicts) return err({ reason: 'request_malformed' });
    return basic;
  }
  if (clientId === undefined) return missing('client_id');
  return ok(
    clientSecret === undefined
      ? { clientId, method: 'none' }
      : { clientId, clientSecret, method: 'client_secret_post' },
  );
};
