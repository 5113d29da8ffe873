import { describe, expect, it } from 'vitest';
import { assertValidUserPool, InvalidUserPoolError } from '../../../dev/cognito/user-pool.ts';
import { userPoolProblems } from '../../../dev/cognito/user-pool-rules.ts';
import { aClient, aUserPool, machine, resource } from './a-user-pool.ts';

const withClient = (...overrides: Parameters<typeof aClient>) =>
  userPoolProblems(aUserPool({ clients: [aClient(...overrides)] }));

const withResourceServer = (identifier: string, name = 'MCP server', scopes = ['read']) =>
  userPoolProblems(aUserPool({ clients: [], resourceServers: [{ identifier, name, scopes }] }));

const callback = (url: string) => withClient({ callbackUrls: [url] });

describe('what Cognito accepts', () => {
  it('accepts the pool that all other tests use', () => {
    expect(userPoolProblems(aUserPool())).toEqual([]);
  });

  it.each([
    'https://app.example.com/callback',
    'http://localhost:3334/oauth/callback',
    'http://127.0.0.1:33418/',
    'http://[::1]:8080/cb',
    'myapp://example',
  ])('accepts the callback URL %s', (url) => {
    expect(callback(url)).toEqual([]);
  });

  it.each([
    ['http://app.example.com/callback', 'must use https'],
    ['http://127.0.0.2/callback', 'must use https'],
    ['https://app.example.com/callback#x', 'must not have a fragment'],
    ['/callback', 'is not an absolute URL'],
    ['https://app.example.com/a b', 'is not an absolute URL'],
    [`https://app.example.com/${'a'.repeat(1024)}`, 'is not an absolute URL'],
  ])('refuses the callback URL %s', (url, problem) => {
    expect(callback(url)).toEqual([expect.stringContaining(problem)]);
  });

  it('refuses a bad sign-out URL as well, because the same rules hold for it', () => {
    expect(withClient({ logoutUrls: ['http://app.example.com'] })).toHaveLength(1);
  });

  it.each([
    ['client_credentials next to code', { allowedOauthFlows: ['code', 'client_credentials'] }],
    ['no flow at all', { allowedOauthFlows: [] }],
    ['the code flow without a callback URL', { callbackUrls: [] }],
    [
      '101 callback URLs',
      { callbackUrls: Array.from({ length: 101 }, (_, n) => `https://a.example/${n}`) },
    ],
    ['an access token of four minutes', { accessTokenValiditySeconds: 299 }],
    [
      'an access token of more than a day',
      { accessTokenValiditySeconds: 86_401, refreshTokenValiditySeconds: 90_000 },
    ],
    [
      'a refresh token of half an hour',
      { refreshTokenValiditySeconds: 1800, accessTokenValiditySeconds: 300 },
    ],
    [
      'an access token that outlives the refresh token',
      { refreshTokenValiditySeconds: 3600, accessTokenValiditySeconds: 7200 },
    ],
    ['a grace period of 61 seconds', { refreshTokenRotation: { retryGracePeriodSeconds: 61 } }],
    ['a URL as client id, so no CIMD', { clientId: 'https://client.example/metadata' }],
    ['parentheses in a client name', { clientName: 'Claude Code (cli)' }],
    ['a short secret', { clientSecret: 'short' }],
    ['a scope that no resource server has', { allowedOauthScopes: [`${resource}/nope`] }],
    ['offline_access', { allowedOauthScopes: ['openid', 'offline_access'] }],
  ] as const)('refuses a client with %s', (_what, overrides) => {
    expect(withClient(overrides as Parameters<typeof aClient>[0]).length).toBeGreaterThan(0);
  });

  it.each([
    ['without a secret', { clientSecret: undefined }],
    ['with an OIDC scope', { allowedOauthScopes: ['openid'] }],
  ] as const)('refuses a machine client %s', (_what, overrides) => {
    const clients = [{ ...machine, ...overrides }];
    expect(userPoolProblems(aUserPool({ clients }))).toHaveLength(1);
  });

  it('accepts a URL as the identifier of a resource server, but not as its name', () => {
    expect(withResourceServer(resource)).toEqual([]);
    expect(withResourceServer(resource, resource)).toEqual([expect.stringContaining("'name'")]);
  });

  it('refuses a slash in a scope name, because it separates the name from the identifier', () => {
    expect(withResourceServer(resource, 'MCP', ['tools/read'])).toHaveLength(1);
    expect(withResourceServer(resource, 'MCP', ['mcp:tools:read'])).toEqual([]);
  });

  it.each(['local_pool', 'eu-west-1-pool', 'us-east-1_Pool', 'eu-west-1_with-dash'])(
    'refuses the pool id %s, because verifiers parse it',
    (id) => {
      expect(userPoolProblems(aUserPool({ id }))).toHaveLength(1);
    },
  );

  it('refuses a federated user whose name is not what Cognito would have made', () => {
    const federatedIdentity = { providerName: 'EntraId', userId: 'carol' };
    const user = { password: 'x', email: 'c@example.com', groups: [], federatedIdentity };
    const named = (username: string) =>
      userPoolProblems(aUserPool({ users: [{ ...user, username }] }));
    expect(named('EntraId_carol')).toEqual([]);
    expect(named('carol')).toHaveLength(1);
  });

  it('reports all problems together, because fixing one per run is tiresome', () => {
    const userPool = aUserPool({ id: 'local_pool', clients: [aClient({ clientName: '()' })] });
    expect(() => assertValidUserPool(userPool)).toThrow(InvalidUserPoolError);
    expect(userPoolProblems(userPool)).toHaveLength(2);
  });
});
