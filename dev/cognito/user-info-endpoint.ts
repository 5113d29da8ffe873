import type { Context, Hono } from 'hono';
import { type JWTPayload, jwtVerify } from 'jose';
import type { SimulatedUserPool } from './simulated-user-pool.ts';
import { releasedAttributes } from './token-claims.ts';

const refuse = (c: Context, status: 400 | 401, error: string, description: string): Response =>
  c.json({ error, error_description: description }, status, {
    // As documented: without the name of a scheme in front.
    'www-authenticate': `error="${error}", error_description="${description}"`,
  });

const verify = async (pool: SimulatedUserPool, token: string): Promise<JWTPayload | undefined> => {
  try {
    const { payload } = await jwtVerify(token, pool.keys.verificationKeys(), {
      issuer: pool.issuer,
      algorithms: ['RS256'],
      currentDate: new Date(pool.now()),
    });
    return payload.token_use === 'access' ? payload : undefined;
  } catch {
    return undefined;
  }
};

const handleUserInfo = async (c: Context, pool: SimulatedUserPool): Promise<Response> => {
  const [scheme, token] = (c.req.header('authorization') ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || !token)
    return refuse(c, 400, 'invalid_request', 'Bad OAuth2 request at UserInfo Endpoint');
  const claims = await verify(pool, token);
  const user = pool.users.find(claims?.sub ?? '');
  const isRevoked = pool.refreshTokens.isRevoked(String(claims?.origin_jti));
  if (!claims || !user?.isEnabled || isRevoked)
    return refuse(
      c,
      401,
      'invalid_token',
      'Access token is expired, disabled, or deleted, or the user has globally signed out.',
    );
  const scopes = String(claims.scope ?? '').split(' ');
  if (!scopes.includes('openid'))
    return refuse(c, 401, 'invalid_token', 'Access token does not contain openid scope');
  // All values are strings here, `email_verified` included, although it is a boolean in ID tokens.
  return c.json({ sub: user.sub, ...releasedAttributes(user, scopes), username: user.username });
};

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/userinfo-endpoint.html */
export const addUserInfo = (app: Hono, pool: SimulatedUserPool): void => {
  app.on(['GET', 'POST'], '/oauth2/userInfo', (c) => handleUserInfo(c, pool));
};
