import { expect } from 'vitest';
import {
  callbackUrl,
  confidential,
  machine,
  publicClient,
  readScope,
  resource,
} from '../a-user-pool.ts';
import {
  type ContractRow,
  codeChallenge,
  type Fields,
  locationOf,
  type Subject,
} from '../subject.ts';

const source = 'authorization-endpoint';

const refusesWithRedirect = async (
  { authorize }: Subject,
  fields: Fields,
  expected: Fields,
  client = confidential,
): Promise<void> => {
  const response = await authorize({ state: 'st', ...fields }, client);
  expect(response.status).toBe(302);
  const { origin, pathname, searchParams } = locationOf(response);
  expect(origin + pathname).toBe(callbackUrl);
  expect(Object.fromEntries(searchParams)).toEqual({ state: 'st', ...expected });
};

const refusesOnPage = async (subject: Subject, fields: Fields, error: string): Promise<void> => {
  const response = await subject.authorize(fields);
  expect(response.status).toBe(400);
  expect(response.headers.get('location')).toBeNull();
  expect(await response.text()).toContain(`<code>${error}</code>`);
};

const leadsToLogin = async (subject: Subject, fields: Fields): Promise<void> => {
  const location = locationOf(await subject.authorize(fields));
  expect(location.pathname).toBe('/login');
};

export const authorizationRows: readonly ContractRow[] = [
  {
    source,
    rule: 'leads to /login with the same parameters',
    holds: async ({ authorize, authorizeUrl }) => {
      const fields = { state: 's/t+ä', nonce: 'n', resource };
      const location = locationOf(await authorize(fields));
      expect(location.pathname).toBe('/login');
      expect(location.search).toBe(new URL(authorizeUrl(confidential, fields)).search);
    },
  },
  {
    source,
    rule: 'an unknown client ends on an error page of the pool',
    holds: (subject) => refusesOnPage(subject, { client_id: 'nobody' }, 'invalid_request'),
  },
  {
    source: 'awslabs/cognito-at-edge#6',
    rule: 'an unregistered redirect URI ends on an error page with redirect_mismatch; the client hears nothing',
    holds: (subject) =>
      refusesOnPage(subject, { redirect_uri: 'https://evil.example/cb' }, 'redirect_mismatch'),
  },
  {
    source: 'microsoft/vscode#319440',
    rule: 'the port of a loopback redirect URI must match too (RFC 8252 §7.3 is not implemented)',
    holds: (subject) =>
      refusesOnPage(
        subject,
        { redirect_uri: callbackUrl.replace(':41100', ':41101') },
        'redirect_mismatch',
      ),
  },
  {
    source,
    rule: 'PKCE is optional, for public clients too',
    holds: async ({ signIn, redeem }) => {
      const callback = await signIn(publicClient);
      const { status } = await redeem(publicClient, callback.searchParams.get('code'));
      expect(status).toBe(200);
    },
  },
  {
    source,
    rule: 'only S256 is supported',
    holds: (subject) =>
      refusesWithRedirect(
        subject,
        { code_challenge: codeChallenge, code_challenge_method: 'plain' },
        { error: 'invalid_request' },
      ),
  },
  {
    source,
    rule: 'a code_challenge without a method is an invalid request',
    holds: (subject) =>
      refusesWithRedirect(subject, { code_challenge: codeChallenge }, { error: 'invalid_request' }),
  },
  {
    source,
    rule: 'a method without a code_challenge is an invalid request',
    holds: (subject) =>
      refusesWithRedirect(subject, { code_challenge_method: 'S256' }, { error: 'invalid_request' }),
  },
  {
    source,
    rule: 'an unknown response_type is an invalid request',
    holds: (subject) =>
      refusesWithRedirect(subject, { response_type: 'id_token' }, { error: 'invalid_request' }),
  },
  {
    source,
    rule: 'a flow the client is not allowed to use is unauthorized_client',
    holds: (subject) =>
      refusesWithRedirect(subject, { response_type: 'token' }, { error: 'unauthorized_client' }),
  },
  {
    source: 'user-pool-settings-client-apps',
    rule: 'a machine client has no callback URL and cannot sign users in',
    holds: async ({ authorize }) => {
      expect((await authorize({}, machine)).status).toBe(400);
    },
  },
  {
    source: 'mlops-club/awscdk-minecraft#40',
    rule: 'a scope the client does not own is error=invalid_request&error_description=invalid_scope',
    holds: (subject) =>
      refusesWithRedirect(
        subject,
        { scope: `openid ${resource}/unknown` },
        { error: 'invalid_request', error_description: 'invalid_scope' },
      ),
  },
  {
    source: 'BerriAI/litellm-docs#1433',
    rule: 'offline_access does not exist',
    holds: (subject) =>
      refusesWithRedirect(
        subject,
        { scope: 'openid offline_access' },
        { error: 'invalid_request', error_description: 'invalid_scope' },
      ),
  },
  {
    source,
    rule: 'email and profile can only be requested together with openid',
    holds: (subject) =>
      refusesWithRedirect(
        subject,
        { scope: `email ${readScope}` },
        { error: 'invalid_request', error_description: 'invalid_scope' },
      ),
  },
  {
    source: 'cognito-user-pools-define-resource-servers',
    rule: 'resource may be https, http://localhost or a custom scheme',
    holds: async (subject) => {
      for (const url of ['https://any.example/mcp', 'http://localhost:3000/mcp', 'myapp://mcp'])
        await leadsToLogin(subject, { resource: url });
      for (const url of ['http://mcp.example.com/mcp', 'http://127.0.0.1:3000/mcp', 'mcp'])
        await refusesWithRedirect(subject, { resource: url }, { error: 'invalid_request' });
    },
  },
  {
    source: 'cognito-user-pools-define-resource-servers',
    rule: 'one resource per request',
    holds: async ({ authorizeUrl }) => {
      const url = `${authorizeUrl(confidential, { resource })}&${new URLSearchParams({ resource })}`;
      const location = locationOf(await fetch(url, { redirect: 'manual' }));
      expect(location.searchParams.get('error')).toBe('invalid_request');
    },
  },
  {
    source,
    rule: 'an identity_provider that the pool does not have is ignored',
    holds: (subject) => leadsToLogin(subject, { identity_provider: 'Nowhere' }),
  },
  {
    source,
    rule: 'the endpoint supports GET only',
    holds: async ({ authorizeUrl }) => {
      expect((await fetch(authorizeUrl(), { method: 'POST' })).status).toBe(404);
    },
  },
  {
    source,
    rule: 'the response is code and state, in the query, without iss; state comes back untouched',
    holds: async ({ signIn }) => {
      const state = 'a+b c&d=e/ü%20"<';
      const { origin, pathname, searchParams, hash } = await signIn(confidential, { state });
      expect(origin + pathname).toBe(callbackUrl);
      expect([...searchParams.keys()]).toEqual(['code', 'state']);
      expect(searchParams.get('state')).toBe(state);
      expect(hash).toBe('');
    },
  },
  {
    source,
    rule: 'a query in the callback URL is kept',
    holds: async ({ signIn }) => {
      const redirect_uri = 'https://app.example.com/callback?keep=1';
      const callback = await signIn(confidential, { redirect_uri });
      expect(callback.href).toMatch(/^https:\/\/app\.example\.com\/callback\?keep=1&code=[\w-]+$/);
    },
  },
];
