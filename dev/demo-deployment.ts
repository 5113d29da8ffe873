import { randomBytes } from 'node:crypto';
import type { AuthorizationServerSettings } from '../lambda/authorization-server/settings.ts';
import type { PreTokenGenerationConfig } from '../lambda/pre-token-generation/config.ts';
import { openRedirectPolicy } from '../oauth/redirect-uri.ts';
import { brokerPaths } from '../oauth/well-known.ts';
import type { CognitoSimulator } from './cognito/simulator.ts';
import type { UserPoolClientDefinition, UserPoolDefinition } from './cognito/user-pool.ts';
import { demoScopes, demoUsers, groupScopes } from './demo-users.ts';

/**
 * What the stacks would set up in AWS, for one origin: the user pool with its clients, the trigger's
 * configuration and the broker's settings. Secrets are made at every start.
 */

export interface DemoDeployment {
  readonly resourceIdentifier: string;
  readonly userPool: UserPoolDefinition;
  readonly trigger: PreTokenGenerationConfig;
  readonly machineClient: { readonly clientId: string; readonly clientSecret: string };
  /** What the resource server shows to read the revocations. */
  readonly revocationFeedKey: string;
  /** Shared by broker and server, so that their events join. */
  readonly logPseudonymKey: string;
  readonly brokerSettings: (simulator: CognitoSimulator) => AuthorizationServerSettings;
}

export const brokerClientId = 'localBrokerClient';
const machineClientId = 'localMachineClient';
const dayInSeconds = 86_400;

/** As Cognito makes them: letters and digits. */
const appClientSecret = (): string => randomBytes(24).toString('hex');

const appClient = (
  client: Pick<
    UserPoolClientDefinition,
    | 'clientId'
    | 'clientSecret'
    | 'clientName'
    | 'callbackUrls'
    | 'allowedOauthFlows'
    | 'allowedOauthScopes'
  >,
): UserPoolClientDefinition => ({
  ...client,
  accessTokenValiditySeconds: 3600,
  refreshTokenValiditySeconds: 30 * dayInSeconds,
  refreshTokenRotation: { retryGracePeriodSeconds: 10 },
  enableTokenRevocation: true,
});

const userPoolFor = (
  origin: string,
  resourceIdentifier: string,
  secrets: { readonly broker: string; readonly machine: string },
): UserPoolDefinition => {
  const scopes = demoScopes.map(({ name }) => `${resourceIdentifier}/${name}`);
  return {
    region: 'us-east-1',
    id: 'us-east-1_LocalMode',
    resourceServers: [
      // Cognito's Name may not be a URL.
      { identifier: resourceIdentifier, name: 'mcp', scopes: demoScopes.map(({ name }) => name) },
    ],
    clients: [
      appClient({
        clientId: brokerClientId,
        clientSecret: secrets.broker,
        clientName: 'Team notes',
        callbackUrls: [origin + brokerPaths.callback],
        allowedOauthFlows: ['code'],
        allowedOauthScopes: ['openid', ...scopes],
      }),
      appClient({
        clientId: machineClientId,
        clientSecret: secrets.machine,
        clientName: 'machine',
        callbackUrls: [],
        allowedOauthFlows: ['client_credentials'],
        allowedOauthScopes: scopes,
      }),
    ],
    users: demoUsers.map(({ username, password, email, groups }) => ({
      username,
      password,
      email,
      groups,
    })),
  };
};

/** @param origin the public origin, no trailing slash */
export const demoDeployment = (origin: string): DemoDeployment => {
  const resourceIdentifier = `${origin}/mcp`;
  const secrets = { broker: appClientSecret(), machine: appClientSecret() };
  const revocationFeedKey = randomBytes(32).toString('base64url');
  return {
    resourceIdentifier,
    machineClient: { clientId: machineClientId, clientSecret: secrets.machine },
    revocationFeedKey,
    logPseudonymKey: randomBytes(32).toString('base64url'),
    userPool: userPoolFor(origin, resourceIdentifier, secrets),
    trigger: {
      resourceIdentifier,
      groupScopes,
      defaultScopes: [],
      identityProviderTenants: {},
      machineClients: {
        [machineClientId]: { tenant: 'acme', scopes: ['mcp:tools:read', 'mcp:tools:execute'] },
      },
    },
    brokerSettings: ({ issuer, domain }) => ({
      issuer: origin,
      resourceIdentifier,
      scopes: demoScopes,
      upstream: {
        issuer,
        authorizationEndpoint: `${domain}/oauth2/authorize`,
        tokenEndpoint: `${domain}/oauth2/token`,
        revocationEndpoint: `${domain}/oauth2/revoke`,
        clientId: brokerClientId,
        clientSecret: secrets.broker,
      },
      dynamicRegistration: { isEnabled: true, lifetimeSeconds: 90 * dayInSeconds },
      metadataDocuments: { isEnabled: true, policy: {} },
      redirectPolicy: openRedirectPolicy,
      preregisteredClients: [],
      machineClients: [machineClientId],
      grantLifetimeSeconds: 30 * dayInSeconds,
      sealingKeys: [{ id: 'local', key: randomBytes(32).toString('base64url') }],
      revocationFeedKey,
      branding: { productName: 'Team notes (local mode)' },
    }),
  };
};
