import type { Hono } from 'hono';
import type { SimulatedUserPool } from './simulated-user-pool.ts';
import { oidcScopes } from './user-pool.ts';

/**
 * federation-endpoints: what Cognito publishes below the issuer. No `code_challenge_methods_supported`,
 * no `registration_endpoint` (the pool has no DCR), only OIDC scopes, and no RFC 8414 document at all.
 */
export const openidConfiguration = ({ issuer, domain }: SimulatedUserPool) => ({
  authorization_endpoint: `${domain}/oauth2/authorize`,
  end_session_endpoint: `${domain}/logout`,
  id_token_signing_alg_values_supported: ['RS256'],
  issuer,
  jwks_uri: `${issuer}/.well-known/jwks.json`,
  response_types_supported: ['code', 'token'],
  revocation_endpoint: `${domain}/oauth2/revoke`,
  scopes_supported: [...oidcScopes],
  subject_types_supported: ['public'],
  token_endpoint: `${domain}/oauth2/token`,
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  userinfo_endpoint: `${domain}/oauth2/userInfo`,
});

export const addDiscovery = (app: Hono, pool: SimulatedUserPool): void => {
  const wellKnown = `/${pool.definition.id}/.well-known`;
  app.get(`${wellKnown}/openid-configuration`, (c) => c.json(openidConfiguration(pool)));
  app.get(`${wellKnown}/jwks.json`, (c) => c.json(pool.keys.published()));
};
