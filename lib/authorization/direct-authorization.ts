import { Construct } from 'constructs';
import type { AuthorizationContext, AuthorizationParts } from './authorization-context.ts';
import { DirectClient, type DirectClientOptions, directClientProblems } from './direct-client.ts';
import { LoginWebAcl } from './login-web-acl.ts';
import { cognitoIssuer } from './token-issuers.ts';
import {
  UserPoolAuthorization,
  type UserPoolOptions,
  userPoolProblems,
} from './user-pool-authorization.ts';

export interface DirectOptions extends UserPoolOptions {
  /** Clients that are known in advance. Nobody else can log in. */
  readonly clients: readonly DirectClientOptions[];
}

export const directProblems = (options: DirectOptions): readonly string[] => [
  ...directClientProblems(options.clients),
  ...userPoolProblems(options),
];

/** Clients talk to Cognito itself. */
export const bindDirect = (
  scope: Construct,
  options: DirectOptions,
  context: AuthorizationContext,
): AuthorizationParts => {
  const pool = new UserPoolAuthorization(scope, options, context);
  const { userPool, resourceServer } = pool;
  new LoginWebAcl(scope, 'LoginWebAcl', {
    userPool,
    requiredResource: context.resourceIdentifier,
    logRemovalPolicy: context.removalPolicy,
  });
  const parent = new Construct(scope, 'Clients');
  parent.node.addDependency(...pool.identityProviders);
  const clients = options.clients.map(
    (client) =>
      new DirectClient(parent, client.clientName, {
        ...client,
        userPool,
        resourceServer,
        scopes: context.scopes.map(({ name }) => name),
        identityProviders: pool.identityProviderNames,
      }),
  );
  return {
    authorizationServerUrl: userPool.issuer,
    tokenIssuers: [cognitoIssuer(userPool.issuer)],
    userClients: clients.map(({ userPoolClientId }) => userPoolClientId).join(' '),
    machineClients: pool.machineClientIds(),
    userPool,
    trigger: pool.trigger,
    addMachineClient: (id, grant) => pool.addMachineClient(id, grant),
  };
};
