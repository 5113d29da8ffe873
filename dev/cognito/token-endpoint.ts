import type { Context, Hono } from 'hono';
import { authenticateClient } from './client-authentication.ts';
import {
  authorizationCodeGrant,
  clientCredentialsGrant,
  type Grant,
  refreshTokenGrant,
} from './grants.ts';
import type { SimulatedUserPool } from './simulated-user-pool.ts';
import { TokenError } from './token-error.ts';

const grants: Readonly<Record<string, Grant>> = {
  authorization_code: authorizationCodeGrant,
  refresh_token: refreshTokenGrant,
  client_credentials: clientCredentialsGrant,
};

/** The body of a request that must be a form, whatever else it could be parsed as. */
export const readForm = async (c: Context): Promise<URLSearchParams> => {
  const [type] = (c.req.header('content-type') ?? '').split(';');
  if (type?.trim().toLowerCase() !== 'application/x-www-form-urlencoded')
    throw new TokenError('invalid_request');
  return new URLSearchParams(await c.req.text());
};

const exchange = async (c: Context, pool: SimulatedUserPool): Promise<Response> => {
  const form = await readForm(c);
  const grantType = form.get('grant_type');
  if (!grantType) throw new TokenError('invalid_request');
  if (!Object.hasOwn(grants, grantType)) throw new TokenError('unsupported_grant_type');
  // Not a parameter of this endpoint; one report from the field says that Cognito rejects it.
  if (form.has('resource') && !pool.acceptsResourceOnTokenRequests)
    throw new TokenError('invalid_request');
  const client = authenticateClient(pool.definition, c.req.header('authorization'), form);
  const body = await (grants[grantType] as Grant)(pool, client, form);
  return c.json(body, 200, { 'cache-control': 'no-store', pragma: 'no-cache' });
};

/** Turns a refusal into Cognito's JSON; lets faults pass. */
export const withTokenErrors = async (
  c: Context,
  answer: () => Promise<Response>,
): Promise<Response> => {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    return c.json({ error: error.error }, error.status);
  }
};

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html */
export const addToken = (app: Hono, pool: SimulatedUserPool): void => {
  app.post('/oauth2/token', (c) => withTokenErrors(c, () => exchange(c, pool)));
};
