import type {
  UserPoolClientDefinition,
  UserPoolDefinition,
} from '../../../dev/cognito/user-pool.ts';

export const resource = 'https://mcp.example.com/mcp';
export const readScope = `${resource}/mcp:tools:read`;
export const executeScope = `${resource}/mcp:tools:execute`;
export const callbackUrl = 'http://localhost:41100/oauth/callback';
export const password = 'correct horse battery staple';

export const aClient = (
  overrides: Partial<UserPoolClientDefinition> = {},
): UserPoolClientDefinition => ({
  clientId: 'confidential1',
  clientSecret: 'confidential_secret_of_32_chars_',
  clientName: 'Confidential client',
  callbackUrls: [callbackUrl, 'https://app.example.com/callback?keep=1'],
  logoutUrls: ['https://app.example.com/signed-out'],
  allowedOauthFlows: ['code'],
  allowedOauthScopes: ['openid', 'email', 'profile', readScope, executeScope],
  accessTokenValiditySeconds: 3600,
  refreshTokenValiditySeconds: 86_400,
  enableTokenRevocation: true,
  ...overrides,
});

export const confidential = aClient();
export const rotating = aClient({
  clientId: 'rotating1',
  refreshTokenRotation: { retryGracePeriodSeconds: 10 },
});
export const publicClient = aClient({ clientId: 'public1', clientSecret: undefined });
export const irrevocable = aClient({ clientId: 'irrevocable1', enableTokenRevocation: false });
export const scopeless = aClient({ clientId: 'scopeless1', allowedOauthScopes: [] });
export const machine = aClient({
  clientId: 'machine1',
  callbackUrls: [],
  logoutUrls: [],
  allowedOauthFlows: ['client_credentials'],
  allowedOauthScopes: [readScope],
});

/** The pool that the contract describes. An administrator could create the same one in AWS. */
export const aUserPool = (overrides: Partial<UserPoolDefinition> = {}): UserPoolDefinition => ({
  region: 'eu-west-1',
  id: 'eu-west-1_Contract1',
  resourceServers: [
    { identifier: resource, name: 'MCP server', scopes: ['mcp:tools:read', 'mcp:tools:execute'] },
  ],
  clients: [confidential, rotating, publicClient, irrevocable, scopeless, machine],
  users: [
    {
      username: 'alice',
      password,
      email: 'alice@example.com',
      attributes: { given_name: 'Alice', phone_number: '+15550100' },
      groups: ['tenant:acme', 'operators'],
    },
    { username: 'bob', password, email: 'bob@example.com', groups: [] },
    {
      username: 'EntraId_carol',
      password,
      email: 'carol@example.com',
      groups: [],
      federatedIdentity: { providerName: 'EntraId', userId: 'carol' },
    },
  ],
  ...overrides,
});
