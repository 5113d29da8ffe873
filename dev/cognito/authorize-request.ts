import type { SimulatedUserPool } from './simulated-user-pool.ts';
import { findClient, type UserPoolClientDefinition } from './user-pool.ts';

/** authorization-endpoint, request parameters and negative responses. `/login` reads the same ones. */

export interface AuthorizeRequest {
  readonly client: UserPoolClientDefinition;
  readonly redirectUri: string;
  readonly state?: string;
  readonly scopes: readonly string[];
  readonly nonce?: string;
  readonly codeChallenge?: string;
  readonly resource?: string;
  readonly prompt: readonly string[];
  readonly loginHint?: string;
}

export type AuthorizeOutcome =
  | { readonly kind: 'proceed'; readonly request: AuthorizeRequest }
  /** The client is told. */
  | { readonly kind: 'redirect'; readonly location: string }
  /** Only the user is told; the client waits forever. */
  | { readonly kind: 'page'; readonly error: string; readonly description: string };

type Target = Pick<AuthorizeRequest, 'redirectUri' | 'state'>;

// Appended as text: what is registered must come back byte for byte.
const append = (uri: string, members: Readonly<Record<string, string>>): string =>
  `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams(members)}`;

/** Where a successful sign-in leads. No `iss`: Cognito does not implement RFC 9207. */
export const codeRedirect = ({ redirectUri, state }: Target, code: string): string =>
  append(redirectUri, { code, ...(state !== undefined && { state }) });

export const errorRedirect = (
  { redirectUri, state }: Target,
  error: string,
  description?: string,
): string =>
  append(redirectUri, {
    ...(description !== undefined && { error_description: description }),
    ...(state !== undefined && { state }),
    error,
  });

const systemScopes = new Set(['email', 'phone', 'profile']);

/** No scope means all scopes of the client. Undefined if one is unknown, foreign or misplaced. */
const resolveScopes = (
  client: UserPoolClientDefinition,
  requested: string | null,
): readonly string[] | undefined => {
  const names = [...new Set((requested ?? '').split(' ').filter(Boolean))];
  if (names.length === 0) return client.allowedOauthScopes;
  const isAllowed = names.every((name) => client.allowedOauthScopes.includes(name));
  const needsOpenid = names.some((name) => systemScopes.has(name));
  return isAllowed && (!needsOpenid || names.includes('openid')) ? names : undefined;
};

// cognito-user-pools-define-resource-servers: https, http://localhost, or a custom scheme. Whether
// a resource server of that name exists is not looked at here, only when the code is redeemed.
const isResourceUrl = (resource: string): boolean => {
  if (!URL.canParse(resource)) return false;
  const { protocol, hostname } = new URL(resource);
  return protocol !== 'http:' || hostname === 'localhost';
};

const hasValidChallenge = (parameters: URLSearchParams): boolean => {
  const challenge = parameters.get('code_challenge');
  const method = parameters.get('code_challenge_method');
  // PKCE is optional, and nothing in a pool or an app client can demand it.
  return challenge ? method === 'S256' : method === null;
};

const hasValidResource = (parameters: URLSearchParams): boolean => {
  const resources = parameters.getAll('resource');
  return resources.length <= 1 && resources.every(isResourceUrl);
};

const hasValidPrompt = (prompt: readonly string[]): boolean =>
  !prompt.includes('none') || prompt.length === 1;

const responseTypeError = (
  client: UserPoolClientDefinition,
  responseType: string | null,
): string | undefined => {
  if (responseType !== 'code' && responseType !== 'token') return 'invalid_request';
  const isAllowed = responseType === 'code' && client.allowedOauthFlows.includes('code');
  return isAllowed ? undefined : 'unauthorized_client';
};

const page = (error: string, description: string): AuthorizeOutcome => ({
  kind: 'page',
  error,
  description,
});

const readRest = (
  parameters: URLSearchParams,
  client: UserPoolClientDefinition,
  target: Target,
): AuthorizeOutcome => {
  const refuse = (error: string, description?: string): AuthorizeOutcome => ({
    kind: 'redirect',
    location: errorRedirect(target, error, description),
  });
  const typeError = responseTypeError(client, parameters.get('response_type'));
  if (typeError) return refuse(typeError);
  const prompt = (parameters.get('prompt') ?? '').split(' ').filter(Boolean);
  if (!hasValidChallenge(parameters) || !hasValidResource(parameters) || !hasValidPrompt(prompt))
    return refuse('invalid_request');
  const scopes = resolveScopes(client, parameters.get('scope'));
  if (!scopes) return refuse('invalid_request', 'invalid_scope');
  return {
    kind: 'proceed',
    request: { client, ...target, scopes, prompt, ...optional(parameters) },
  };
};

const optional = (parameters: URLSearchParams) => {
  const read = (name: string): string | undefined => parameters.get(name) || undefined;
  return {
    nonce: read('nonce'),
    codeChallenge: read('code_challenge'),
    resource: read('resource'),
    loginHint: read('login_hint'),
  };
};

/**
 * Reads an authorization request the way Cognito does. Until client and redirect URI are known to
 * belong together nothing is redirected. The redirect URI must be registered character for
 * character, port included; RFC 8252 §7.3 is not implemented. Unknown parameters, and unknown
 * identity providers, are ignored.
 */
export const readAuthorizeRequest = (
  pool: SimulatedUserPool,
  parameters: URLSearchParams,
): AuthorizeOutcome => {
  const client = findClient(pool.definition, parameters.get('client_id') ?? undefined);
  if (!client) return page('invalid_request', 'The app client does not exist');
  const redirectUri = parameters.get('redirect_uri');
  if (!redirectUri) return page('invalid_request', 'The redirect_uri parameter is missing');
  if (!client.callbackUrls.includes(redirectUri))
    return page('redirect_mismatch', 'The redirect_uri is not a callback URL of the app client');
  const state = parameters.get('state');
  return readRest(parameters, client, { redirectUri, ...(state !== null && { state }) });
};
