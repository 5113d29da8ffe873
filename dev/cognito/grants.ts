import { createHash } from 'node:crypto';
import type { AuthorizationGrant } from './authorization-codes.ts';
import type { TokenFamily } from './refresh-tokens.ts';
import type { SimulatedUserPool } from './simulated-user-pool.ts';
import { TokenError } from './token-error.ts';
import type { IssuedTokens } from './token-issuer.ts';
import type { SimulatedUser } from './user-directory.ts';
import { isRegisteredResource, oidcScopes, type UserPoolClientDefinition } from './user-pool.ts';

/** The three grants of token-endpoint, each from an authenticated client and a form to a response body. */

export type TokenResponse = Readonly<Record<string, string | number>>;

export type Grant = (
  pool: SimulatedUserPool,
  client: UserPoolClientDefinition,
  form: URLSearchParams,
) => Promise<TokenResponse>;

const required = (form: URLSearchParams, name: string): string => {
  const value = form.get(name);
  if (!value) throw new TokenError('invalid_request');
  return value;
};

const requireFlow = (
  client: UserPoolClientDefinition,
  flow: 'code' | 'client_credentials',
): void => {
  if (!client.allowedOauthFlows.includes(flow)) throw new TokenError('unauthorized_client');
};

const responseOf = (
  client: UserPoolClientDefinition,
  { idToken, accessToken }: IssuedTokens,
  refreshToken?: string,
): TokenResponse => ({
  ...(idToken !== undefined && { id_token: idToken }),
  access_token: accessToken,
  ...(refreshToken !== undefined && { refresh_token: refreshToken }),
  expires_in: client.accessTokenValiditySeconds,
  token_type: 'Bearer',
});

const activeUser = (pool: SimulatedUserPool, family: TokenFamily): SimulatedUser => {
  const user = pool.users.find(family.grant.sub);
  if (!user?.isEnabled) throw new TokenError('invalid_grant');
  return user;
};

const requireVerifier = (grant: AuthorizationGrant, form: URLSearchParams): void => {
  // A verifier without a challenge is ignored: nothing documents a downgrade check.
  if (grant.codeChallenge === undefined) return;
  const verifier = required(form, 'code_verifier');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  if (challenge !== grant.codeChallenge) throw new TokenError('invalid_grant');
};

const requireRedirectUri = (
  client: UserPoolClientDefinition,
  grant: AuthorizationGrant,
  redirectUri: string,
): void => {
  if (!client.callbackUrls.includes(redirectUri)) throw new TokenError('unauthorized_client');
  if (grant.redirectUri !== redirectUri) throw new TokenError('invalid_grant');
};

export const authorizationCodeGrant: Grant = async (pool, client, form) => {
  requireFlow(client, 'code');
  const redirectUri = required(form, 'redirect_uri');
  const grant = pool.codes.redeem(required(form, 'code'));
  if (grant?.clientId !== client.clientId) throw new TokenError('invalid_grant');
  requireRedirectUri(client, grant, redirectUri);
  requireVerifier(grant, form);
  // The late failure that costs everyone an afternoon: accepted at authorize, refused here.
  const isUnknownResource =
    grant.resource !== undefined && !isRegisteredResource(pool.definition, grant.resource);
  if (isUnknownResource || grant.scopes.length === 0) throw new TokenError('invalid_grant');

  const family = pool.refreshTokens.startFamily(grant);
  const user = activeUser(pool, family);
  const triggerSource = 'TokenGeneration_HostedAuth';
  const tokens = await pool.tokens.forUser({ client, user, family, triggerSource });
  return responseOf(client, tokens, pool.refreshTokens.issue(family, client));
};

export const refreshTokenGrant: Grant = async (pool, client, form) => {
  requireFlow(client, 'code');
  const found = pool.refreshTokens.find(required(form, 'refresh_token'), client);
  if (!found) throw new TokenError('invalid_grant');
  const { family, rotate } = found;
  const user = activeUser(pool, family);
  // Asked again with today's groups, so that a removed group takes effect at the next refresh.
  const triggerSource = 'TokenGeneration_RefreshTokens';
  const tokens = await pool.tokens.forUser({ client, user, family, triggerSource });
  return responseOf(client, tokens, rotate());
};

const isCustomScope = (scope: string): boolean => !oidcScopes.some((name) => name === scope);

const clientMetadataOf = (form: URLSearchParams): Record<string, string> | undefined => {
  const text = form.get('aws_client_metadata');
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new TokenError('invalid_request');
  }
};

export const clientCredentialsGrant: Grant = async (pool, client, form) => {
  requireFlow(client, 'client_credentials');
  const requested = (form.get('scope') ?? '').split(' ').filter(Boolean);
  if (!requested.every((scope) => client.allowedOauthScopes.includes(scope)))
    throw new TokenError('invalid_scope');
  const scopes = requested.length > 0 ? requested : client.allowedOauthScopes.filter(isCustomScope);
  const clientMetadata = clientMetadataOf(form);
  return responseOf(client, await pool.tokens.forMachine({ client, scopes, clientMetadata }));
};
