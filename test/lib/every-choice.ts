import { stages } from '../../bin/stages.ts';
import type { StageConfiguration, Stages } from '../../lib/stacks/stage-configuration.ts';

/** Two sets of stages that between them use every setting. */

/** With a domain and without, with and without tenants, both ways out, one region and two. */
export const everything: Stages = {
  development: stages.development as StageConfiguration,
  staging: {
    region: 'eu-west-1',
    account: '111122223333',
    domain: { name: 'mcp.example.com', hostedZoneId: 'Z0123456789', zoneName: 'example.com' },
    tenants: ['acme', 'globex'],
    groupScopes: { readers: ['mcp:tools:read'] },
    clientDocuments: ['claude.ai'],
    mfa: 'required',
    natGateways: 2,
    verifiedBy: 'repo:example/notes:environment:staging',
    testUser: true,
    alarmEmail: 'security@example.com',
  },
  production: { region: 'us-east-1', egress: 'isolated' },
};

/** Every other choice that a stage has. */
export const otherChoices: Stages = {
  development: {
    region: 'us-east-1',
    authorization: 'direct',
    directClients: [
      { clientName: 'Claude', redirectUris: ['https://claude.ai/api/mcp/auth_callback'] },
    ],
    identityProviders: [
      { name: 'Okta', metadataUrl: 'https://okta.example.com/metadata', tenant: 'acme' },
      {
        name: 'EntraId',
        issuerUrl: 'https://login.microsoftonline.com/0000/v2.0',
        clientId: 'a',
        clientSecretName: 'entra',
      },
    ],
    tenants: ['acme'],
    isDisposable: true,
  },
  staging: {
    region: 'eu-west-1',
    authorization: 'external',
    issuers: [
      { product: 'auth0', issuerUrl: 'https://acme.auth0.com/', clients: ['a'] },
      {
        product: 'okta',
        issuerUrl: 'https://acme.okta.com/oauth2/default',
        clients: ['b'],
        tenant: 'acme',
      },
    ],
    requiresTenant: true,
    scopes: [
      { name: 'mcp:tools:read', description: 'See which tools there are' },
      { name: 'mcp:notes:delete', description: 'Delete your notes', isEveryday: false },
    ],
    egress: 'isolated',
    sharedStore: 'valkey',
    rateLimits: { perPrincipal: 60 },
    deployment: 'canary',
    allowedOrigins: ['loopback'],
  },
  production: {
    region: 'us-east-1',
    preRegisteredClients: [
      { clientId: 'portal', clientName: 'Portal', redirectUris: ['https://portal.example.com/cb'] },
    ],
    userPool: { userPoolId: 'us-east-1_Pool', domainUrl: 'https://login.example.com' },
    vpc: {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['us-east-1a', 'us-east-1b'],
      privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    },
    useSpot: true,
  },
};
