import type { Context, Hono } from 'hono';
import { authenticateClient } from './client-authentication.ts';
import type { SimulatedUserPool } from './simulated-user-pool.ts';
import { readForm, withTokenErrors } from './token-endpoint.ts';
import { TokenError } from './token-error.ts';
import type { UserPoolClientDefinition, UserPoolDefinition } from './user-pool.ts';

const authenticate = (
  definition: UserPoolDefinition,
  c: Context,
  form: URLSearchParams,
): UserPoolClientDefinition => {
  try {
    return authenticateClient(definition, c.req.header('authorization'), form);
  } catch (error) {
    // Here, unlike at the token endpoint, bad credentials are a 401.
    if (error instanceof TokenError && error.error === 'invalid_client')
      throw new TokenError('invalid_client', 401);
    throw error;
  }
};

// Three parts and a JSON payload: one of our JWTs. Refresh tokens are JWEs of five parts.
const isJwt = (token: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token);

const revoke = async (c: Context, pool: SimulatedUserPool): Promise<Response> => {
  const form = await readForm(c);
  const client = authenticate(pool.definition, c, form);
  const token = form.get('token');
  if (!token || !client.enableTokenRevocation) throw new TokenError('invalid_request');
  if (isJwt(token)) throw new TokenError('unsupported_token_type');
  const family = pool.refreshTokens.familyOf(token, client.clientId);
  if (family) pool.refreshTokens.revoke(family);
  // RFC 7009 §2.2: an unknown token is as good as revoked.
  return c.body(null, 200);
};

/**
 * Refresh tokens only. Revokes the whole family, with its access tokens as far as Cognito itself
 * honours them (userInfo); their signatures stay valid until they expire.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/revocation-endpoint.html
 */
export const addRevocation = (app: Hono, pool: SimulatedUserPool): void => {
  app.post('/oauth2/revoke', (c) => withTokenErrors(c, () => revoke(c, pool)));
};
