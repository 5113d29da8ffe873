import { frozenNow } from '../../support/tokens.ts';

/**
 * Access tokens as each product writes them, claim for claim after its documentation; only ids are
 * made up. Shapes matter here: which claims exist, which are lists, where the slashes are.
 */

const now = Math.floor(frozenNow / 1000);
const times = { iat: now - 60, nbf: now - 60, exp: now + 3600 };

export type RecordedClaims = Readonly<Record<string, unknown>>;

export const directory = '8b2f7d2a-0c61-4a7c-9d5a-3a2f5a6d1c11';
export const entraApi = '11111111-2222-4333-8444-555555555555';
export const entraClient = '66666666-7777-4888-8999-aaaaaaaaaaaa';
export const entraV2Issuer = `https://login.microsoftonline.com/${directory}/v2.0`;
export const entraV1Issuer = `https://sts.windows.net/${directory}/`;

const entraPerson = {
  oid: '0f0e0d0c-0b0a-4908-8706-050403020100',
  sub: 'pairwise-AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ',
  tid: directory,
  uti: 'fqiBqXLPj0eQa82S-IYFAA',
  rh: '0.AQ8A.',
  scp: 'mcp:tools:read mcp:tools:execute',
};

/** `requestedAccessTokenVersion: 2`: the audience is the application id of the API. */
export const entraV2Token: RecordedClaims = {
  ...times,
  ...entraPerson,
  iss: entraV2Issuer,
  aud: entraApi,
  azp: entraClient,
  azpacr: '0',
  name: 'Ada Lovelace',
  preferred_username: 'ada@example.com',
  roles: ['Notes.Editor'],
  ver: '2.0',
};

/** `requestedAccessTokenVersion: null`, the default: the audience is the API's URI, the client `appid`. */
export const entraV1Token: RecordedClaims = {
  ...times,
  ...entraPerson,
  iss: entraV1Issuer,
  aud: `api://${entraApi}`,
  acr: '1',
  aio: 'AUQAu/8TAAAA',
  amr: ['pwd', 'mfa'],
  appid: entraClient,
  appidacr: '0',
  ipaddr: '203.0.113.77',
  upn: 'ada@example.com',
  ver: '1.0',
};

/** Client credentials: no `scp`; the application's permissions are in `roles`; `sub` equals `oid`. */
export const entraApplicationToken: RecordedClaims = {
  ...times,
  iss: entraV2Issuer,
  aud: entraApi,
  azp: entraClient,
  azpacr: '1',
  oid: '99999999-0b0a-4908-8706-050403020100',
  sub: '99999999-0b0a-4908-8706-050403020100',
  roles: ['Tools.Read.All'],
  tid: directory,
  uti: 'a82S-IYFAAfqiBqXLPj0eQ',
  ver: '2.0',
};

/** An ID token of the very same registration: API and client are one application. */
export const entraIdToken: RecordedClaims = {
  ...times,
  iss: entraV2Issuer,
  aud: entraApi,
  oid: entraPerson.oid,
  sub: entraPerson.sub,
  tid: directory,
  uti: 'eQa82S-IYFAAfqiBqXLPj0',
  preferred_username: 'ada@example.com',
  roles: ['Notes.Editor'],
  ver: '2.0',
};

export const auth0Issuer = 'https://acme.eu.auth0.com/';
export const auth0Client = 'my_client_id_AAAAAAAAAAAAAAAAAAA';

/** Auth0's own profile, RBAC on, `openid` asked for: two audiences, `azp`, no `jti`. */
export const auth0Token: RecordedClaims = {
  iat: times.iat,
  exp: times.exp,
  iss: auth0Issuer,
  sub: 'auth0|5f7c8ec7c33c6c004bbafe82',
  aud: ['https://mcp.example.com/mcp', `${auth0Issuer}userinfo`],
  azp: auth0Client,
  scope: 'openid profile mcp:tools:read mcp:tools:execute',
  permissions: ['mcp:tools:read', 'mcp:tools:execute', 'mcp:notes:delete'],
  org_id: 'org_9ybsU1dN2dKfDkBi',
};

/** The RFC 9068 profile: `client_id` and `jti`. */
export const auth0Rfc9068Token: RecordedClaims = {
  iat: times.iat,
  exp: times.exp,
  iss: auth0Issuer,
  sub: 'auth0|5f7c8ec7c33c6c004bbafe82',
  aud: 'https://mcp.example.com/mcp',
  client_id: auth0Client,
  jti: 'VFgdMhrNyPyYIFOnGJYSzq',
  scope: 'mcp:tools:read',
  org_id: 'org_9ybsU1dN2dKfDkBi',
};

export const auth0MachineToken: RecordedClaims = {
  iat: times.iat,
  exp: times.exp,
  iss: auth0Issuer,
  sub: `${auth0Client}@clients`,
  aud: 'https://mcp.example.com/mcp',
  azp: auth0Client,
  gty: 'client-credentials',
  scope: 'mcp:tools:read',
  permissions: ['mcp:tools:read'],
  org_id: 'org_9ybsU1dN2dKfDkBi',
};

export const oktaIssuer = 'https://acme.okta.com/oauth2/default';
export const oktaClient = '0oabcdefghijklmnop1d';

export const oktaToken: RecordedClaims = {
  iat: times.iat,
  exp: times.exp,
  ver: 1,
  jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
  iss: oktaIssuer,
  aud: 'api://default',
  cid: oktaClient,
  uid: '00ujmkLgagxeRrAg20g3',
  scp: ['openid', 'mcp:tools:read', 'mcp:tools:execute'],
  auth_time: times.iat,
  sub: 'ada@example.com',
  groups: ['Everyone', 'Editors'],
};

export const oktaMachineToken: RecordedClaims = {
  iat: times.iat,
  exp: times.exp,
  ver: 1,
  jti: 'AT.1mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
  iss: oktaIssuer,
  aud: 'api://default',
  cid: oktaClient,
  scp: ['mcp:tools:read'],
  sub: oktaClient,
};

export const oktaIdToken: RecordedClaims = {
  iat: times.iat,
  exp: times.exp,
  ver: 1,
  jti: 'ID.4eAWJOCMB3SX8XewDfVR',
  iss: oktaIssuer,
  aud: oktaClient,
  sub: '00ujmkLgagxeRrAg20g3',
  amr: ['pwd'],
  idp: '00o1n8sbwArJ7OQRw406',
  at_hash: 'preview_at_hash',
};
