import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { AuthorizationContext, AuthorizationParts } from './authorization-context.ts';
import { AuthorizationServer } from './authorization-server.ts';
import { type Branding, brandingProblems } from './branding.ts';
import type { ClientRegistration } from './client-registration.ts';
import { LoginWebAcl } from './login-web-acl.ts';
import { Operator } from './operator.ts';
import { SignInClient } from './sign-in-client.ts';
import { cognitoIssuer } from './token-issuers.ts';
import {
  UserPoolAuthorization,
  type UserPoolOptions,
  userPoolProblems,
} from './user-pool-authorization.ts';

export interface BrokerOptions extends UserPoolOptions {
  /**
   * How the consent page looks. Cognito's own pages are branded in its console.
   *
   * @default - the product's name and nothing else
   */
  readonly branding?: Branding;
  /** @default ClientRegistration.open() */
  readonly clientRegistration?: ClientRegistration;
  /**
   * Whether the login page has a firewall of its own, for about 7 USD a month.
   *
   * @default - true for a new pool; a pool that exists may have one already
   */
  readonly protectLoginPage?: boolean;
  /**
   * How long a user stays connected without using the connection. At least an hour.
   *
   * @default Duration.days(30)
   */
  readonly grantLifetime?: Duration;
}

export const brokerProblems = (options: BrokerOptions): readonly string[] => {
  const { grantLifetime } = options;
  const isTooShort = grantLifetime && grantLifetime.toSeconds() < Duration.hours(1).toSeconds();
  return [
    ...brandingProblems(options.branding ?? {}),
    ...(options.clientRegistration?.problems() ?? []),
    ...userPoolProblems(options),
    ...(isTooShort
      ? [`'grantLifetime' must be at least an hour, got ${grantLifetime.toHumanString()}`]
      : []),
  ];
};

/** Clients talk to the authorization server of this package, which signs users in at Cognito. */
export const bindBroker = (
  scope: Construct,
  options: BrokerOptions,
  context: AuthorizationContext,
): AuthorizationParts => {
  const pool = new UserPoolAuthorization(scope, options, context);
  const { userPool, resourceServer } = pool;
  const { origin, logRetention, logEncryptionKey, removalPolicy } = context;
  if (options.protectLoginPage ?? !userPool.isExisting)
    new LoginWebAcl(scope, 'LoginWebAcl', { userPool, logRemovalPolicy: removalPolicy });
  const signInClient = new SignInClient(scope, 'SignInClient', {
    userPool,
    resourceServer,
    origin,
    scopes: context.scopes.map(({ name }) => name),
    identityProviders: pool.identityProviderNames,
  });
  signInClient.node.addDependency(...pool.identityProviders);
  const authorizationServer = new AuthorizationServer(scope, 'AuthorizationServer', {
    ...context,
    userPool,
    signInClient,
    branding: options.branding,
    clientRegistration: options.clientRegistration,
    grantLifetime: options.grantLifetime,
  });
  const { grantTable } = authorizationServer;
  const logRemovalPolicy = removalPolicy;
  return {
    authorizationServerUrl: origin,
    tokenIssuers: [cognitoIssuer(userPool.issuer)],
    userClients: signInClient.userPoolClientId,
    machineClients: pool.machineClientIds(),
    userPool,
    authorizationServer,
    trigger: pool.trigger,
    operator: new Operator(scope, 'Operator', {
      userPool,
      grantTable,
      detections: context.detections,
      logRetention,
      logRemovalPolicy,
      logEncryptionKey,
    }),
    addMachineClient: (id, grant) => {
      const client = pool.addMachineClient(id, grant);
      authorizationServer.addMachineClient(client.userPoolClientId);
      return client;
    },
  };
};
