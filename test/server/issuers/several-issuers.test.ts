import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Authenticate, createAuthenticate } from '../../../server/authenticate.ts';
import { parseServerConfig } from '../../../server/config.ts';
import type { ConfigurationError } from '../../../server/environment-reader.ts';
import { createSigningKeys, type SigningKeys } from '../../../server/signing-keys.ts';
import {
  accessTokenClaims,
  aSigningKey,
  cognitoScopes,
  compactToken,
  frozenNow,
  jwksResponse,
  resourceIdentifier,
  rs256,
  type SigningKey,
  userClient,
} from '../../support/tokens.ts';
import * as recorded from './recorded-tokens.ts';

/** Seven issuers at one server, each with its own key; the key ids are all the same on purpose. */

const pool = 'eu-central-1_Test00001';
const original = `https://cognito-idp.eu-central-1.amazonaws.com/${pool}`;
const updated = `https://issuer-cognito-idp.eu-central-1.amazonaws.com/${pool}`;
const china = 'https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_Test00001';
const government = 'https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_Test00001';
const sovereign = 'https://cognito-idp.eusc-de-east-1.amazonaws.eu/eusc-de-east-1_Test00001';

const { directory, entraApi, entraClient, auth0Client, oktaClient } = recorded;
const entraAudience = [entraApi, `api://${entraApi}`];
const entry = { profile: 'entra', audience: entraAudience, clients: [entraClient] };

const entries = [
  { issuer: original },
  { issuer: updated },
  { issuer: china },
  { issuer: government },
  { issuer: sovereign },
  { issuer: recorded.entraV2Issuer, ...entry },
  { issuer: recorded.entraV1Issuer, ...entry },
  { issuer: recorded.auth0Issuer, profile: 'auth0', clients: [auth0Client] },
  {
    issuer: recorded.oktaIssuer,
    profile: 'okta',
    audience: 'api://default',
    clients: [oktaClient],
    tenant: 'acme',
  },
];

const environment = {
  RESOURCE_IDENTIFIER: resourceIdentifier,
  AUTHORIZATION_SERVER: 'https://mcp.example.com',
  USER_CLIENTS: userClient,
};

const configOf = (tokenIssuers: unknown) =>
  parseServerConfig({ ...environment, TOKEN_ISSUERS: JSON.stringify(tokenIssuers) });

const config = configOf(entries);
const keyOf = new Map<string, SigningKey>(
  config.tokenIssuers.map(({ issuer }) => [issuer, aSigningKey('same-name')]),
);
const byJwksUri = new Map(
  config.tokenIssuers.map(({ issuer, jwksUri }) => [jwksUri, keyOf.get(issuer) as SigningKey]),
);

let keys: SigningKeys;
let authenticate: Authenticate;

beforeAll(async () => {
  keys = createSigningKeys([...byJwksUri.keys()], {
    now: () => frozenNow,
    fetchJwks: async (uri) => jwksResponse(byJwksUri.get(uri) as SigningKey),
  });
  ({ authenticate } = createAuthenticate({
    tokenIssuers: config.tokenIssuers,
    policy: { ...config, maxLifetimeSeconds: 86_400 },
    keys,
    now: () => frozenNow,
  }));
  await keys.warm();
});

afterAll(() => keys.close());

const outcome = async (
  claims: Readonly<Record<string, unknown>>,
  signedBy: string,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> => {
  const key = keyOf.get(signedBy) as SigningKey;
  const token = compactToken({ alg: 'RS256', kid: key.kid, ...header }, claims, rs256(key));
  const headers = new Headers({ authorization: `Bearer ${token}` });
  const result = await authenticate(
    { headers, duplicateAuthorization: false },
    new URLSearchParams(),
  );
  return result.ok ? `${result.value.issuer} ${result.value.tenant}` : result.error.reason;
};

const cognito = (issuer: string) =>
  [issuer, accessTokenClaims({ iss: issuer, scope: cognitoScopes(['mcp:tools:read']) })] as const;

const tokens = [
  cognito(original),
  cognito(updated),
  cognito(china),
  cognito(government),
  cognito(sovereign),
  [recorded.entraV2Issuer, recorded.entraV2Token],
  [recorded.entraV1Issuer, recorded.entraV1Token],
  [recorded.auth0Issuer, recorded.auth0Token],
  [recorded.oktaIssuer, recorded.oktaToken],
] as const;

describe('several issuers at once', () => {
  it.each(tokens)('%s is accepted with its own key', async (issuer, claims) => {
    expect(await outcome(claims, issuer)).toMatch(issuer);
  });

  it('never verify each other’s tokens, although every key has the same name', async () => {
    // Both forms of one Cognito pool share nothing here either: each entry has its own key set.
    for (const [issuer, claims] of tokens)
      for (const other of keyOf.keys())
        if (other !== issuer)
          expect(await outcome(claims, other), `${issuer} by ${other}`).toBe('signature_invalid');
  });

  it('keep their own client lists, because a client id means nothing at another issuer', async () => {
    const { oktaIssuer, oktaToken } = recorded;
    expect(await outcome({ ...oktaToken, cid: userClient }, oktaIssuer)).toBe('client_not_allowed');
    const claims = accessTokenClaims({ iss: original, client_id: oktaClient });
    expect(await outcome(claims, original)).toBe('client_not_allowed');
  });

  it('keep their own profile: Cognito’s claims open nothing at Okta', async () => {
    const claims = accessTokenClaims({ iss: recorded.oktaIssuer });
    expect(await outcome(claims, recorded.oktaIssuer)).toBe('token_use_wrong');
  });

  it('keep their own tenant: everybody of one Okta is in its tenant, whatever a claim says', async () => {
    const claims = { ...recorded.oktaToken, tenant_id: 'globex', org_id: 'globex' };
    expect(await outcome(claims, recorded.oktaIssuer)).toMatch(/ acme$/);
  });

  it('may send x5t where Entra ID does, and nowhere else', async () => {
    const { entraV1Issuer, entraV1Token } = recorded;
    const header = { typ: 'JWT', x5t: 'same-name' };
    expect(await outcome(entraV1Token, entraV1Issuer, header)).toMatch(entraV1Issuer);
    expect(await outcome(cognito(original)[1], original, header)).toBe('header_not_allowed');
    expect(await outcome(entraV1Token, entraV1Issuer, { ...header, x5u: 'x' })).toBe(
      'header_not_allowed',
    );
  });
});

describe('TOKEN_ISSUERS', () => {
  it('finds the keys where each product publishes them', () => {
    expect(config.tokenIssuers.map(({ jwksUri }) => jwksUri)).toEqual([
      ...[original, updated, china, government, sovereign].map(
        (issuer) => `${issuer}/.well-known/jwks.json`,
      ),
      `https://login.microsoftonline.com/${directory}/discovery/v2.0/keys`,
      `https://login.microsoftonline.com/${directory}/discovery/keys`,
      'https://acme.eu.auth0.com/.well-known/jwks.json',
      'https://acme.okta.com/oauth2/default/v1/keys',
    ]);
  });

  const problemOf = (...list: readonly unknown[]): string => {
    try {
      configOf(list);
      return 'none';
    } catch (error) {
      return (error as ConfigurationError).problems.join('\n');
    }
  };

  const entraEntry = { issuer: recorded.entraV2Issuer, ...entry };
  it.each([
    ['a profile nobody knows', { issuer: original, profile: 'keycloak' }, 'must have a profile'],
    [
      'a profile by its prototype',
      { issuer: original, profile: 'constructor' },
      'must have a profile',
    ],
    ['a misspelled member', { issuer: original, audiance: 'x' }, "has a member 'audiance'"],
    [
      'Entra’s common issuer',
      { ...entraEntry, issuer: 'https://login.microsoftonline.com/common/v2.0' },
      'never common',
    ],
    ['Entra without an audience', { ...entraEntry, audience: undefined }, 'needs the audience'],
    ['Entra with an empty audience', { ...entraEntry, audience: [] }, 'needs audience'],
    [
      'Auth0 without its slash',
      { issuer: 'https://acme.eu.auth0.com', profile: 'auth0', clients: ['x'] },
      'trailing slash',
    ],
    [
      'Okta’s org server',
      { issuer: 'https://acme.okta.com', profile: 'okta', clients: ['x'] },
      'custom authorization server',
    ],
    ['Okta without clients', { issuer: recorded.oktaIssuer, profile: 'okta' }, 'needs clients'],
    ['clients as text', { issuer: original, clients: 'x' }, 'as lists of client ids'],
    ['scopes as a list', { issuer: original, scopes: ['x'] }, 'needs scopes as an object'],
    ['an empty tenant', { issuer: original, tenant: '' }, 'needs tenant as text'],
    ['keys over plain http', { issuer: original, jwksUri: 'http://a.test/' }, 'must use https'],
    [
      'v1 of a cloud whose key host is unknown',
      { ...entraEntry, issuer: `https://sts.chinacloudapi.cn/${directory}/` },
      'needs a jwksUri',
    ],
  ])('refuses %s in plain words', (_, value, words) => {
    expect(problemOf(value)).toContain(words);
  });

  it('refuses one issuer twice, because only one of the entries would count', () => {
    expect(problemOf({ issuer: original }, { issuer: original, tenant: 'a' })).toContain(
      'more than once',
    );
  });

  it('needs no server-wide clients when every issuer has its own', () => {
    const { USER_CLIENTS, ...rest } = environment;
    const own = { issuer: original, clients: [USER_CLIENTS] };
    const parsed = parseServerConfig({ ...rest, TOKEN_ISSUERS: JSON.stringify([own]) });
    expect(parsed.tokenIssuers[0]).toMatchObject({ userClients: [userClient], machineClients: [] });
  });
});
