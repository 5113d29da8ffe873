import { Lazy } from 'aws-cdk-lib';
import { type Mfa, UserPoolResourceServer } from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import { tenantGroupPrefix } from '../../oauth/tenant.ts';
import type { AuthorizationContext } from './authorization-context.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { MachineClient } from './machine-client.ts';
import { everydayScopes } from './oauth-scopes.ts';
import { type MachineClientGrant, PreTokenGeneration } from './pre-token-generation.ts';
import { type IMcpUserPool, McpUserPool } from './user-pool.ts';

/** What both ways to sign in with Cognito have in common. */
export interface UserPoolOptions {
  /**
   * A pool of your own: a {@link McpUserPool}, or `McpUserPool.fromUserPool` for one that exists.
   *
   * @default - a new one
   */
  readonly userPool?: IMcpUserPool;
  /**
   * Whether users of a new pool need a second factor.
   *
   * @default Mfa.REQUIRED
   */
  readonly mfa?: Mfa;
  /**
   * Organisations whose own login may be used.
   *
   * @default - users of the user pool only
   */
  readonly identityProviders?: readonly IdentityProvider[];
}

/** What is wrong with the options, in words; empty if all is well. */
export const userPoolProblems = (options: UserPoolOptions): readonly string[] => [
  ...(options.userPool && options.mfa !== undefined
    ? ["'mfa' must not be given with 'userPool', which has its own, got both"]
    : []),
  ...(options.identityProviders ?? []).flatMap((provider) => provider.problems()),
];

/**
 * The pool with all that makes its tokens ours: the resource server they are bound to, the trigger
 * that decides on scopes and tenant, other organisations' logins, clients without a user.
 *
 * Not a construct: what it creates stands directly below the server, whose template it is part of.
 */
export class UserPoolAuthorization {
  readonly userPool: IMcpUserPool;
  readonly resourceServer: UserPoolResourceServer;
  readonly trigger: PreTokenGeneration;
  readonly identityProviderNames: readonly string[];
  /** App clients must depend on them. */
  readonly identityProviders: readonly Construct[];
  readonly #scope: Construct;
  readonly #machineClients: string[] = [];

  constructor(scope: Construct, options: UserPoolOptions, context: AuthorizationContext) {
    this.#scope = scope;
    this.userPool = options.userPool ?? createUserPool(scope, options, context);
    this.resourceServer = this.createResourceServer(context);
    this.trigger = this.createTrigger(context);
    const providers = options.identityProviders ?? [];
    this.identityProviderNames = providers.map(({ name }) => name);
    this.identityProviders = providers.map((provider) =>
      provider.bind(scope, this.userPool.userPool),
    );
    for (const { name, tenant } of providers) {
      if (tenant !== undefined) this.trigger.addIdentityProviderTenant(name, tenant);
    }
  }

  addMachineClient(id: string, grant: MachineClientGrant): MachineClient {
    const { userPool, resourceServer } = this;
    const client = new MachineClient(this.#scope, id, { ...grant, userPool, resourceServer });
    this.trigger.addMachineClient(client.userPoolClientId, grant);
    this.#machineClients.push(client.userPoolClientId);
    return client;
  }

  /** Ids of the clients without a user, separated by spaces, also of those that are added later. */
  machineClientIds(): string {
    return Lazy.string({ produce: () => this.#machineClients.join(' ') });
  }

  private createResourceServer(context: AuthorizationContext): UserPoolResourceServer {
    return new UserPoolResourceServer(this.#scope, 'ResourceServer', {
      userPool: this.userPool.userPool,
      identifier: context.resourceIdentifier,
      // The CDK would take the identifier, and Cognito refuses a URL as a name.
      userPoolResourceServerName: 'MCP server',
      scopes: context.scopes.map(({ name, description }) => ({
        scopeName: name,
        scopeDescription: description,
      })),
    });
  }

  private createTrigger(context: AuthorizationContext): PreTokenGeneration {
    const { groupScopes, scopes, logRetention, logEncryptionKey, removalPolicy } = context;
    return new PreTokenGeneration(this.#scope, 'PreTokenGeneration', {
      userPool: this.userPool,
      resourceIdentifier: context.resourceIdentifier,
      defaultScopes: groupScopes ? [] : everydayScopes(scopes),
      groupScopes,
      logRetention,
      logRemovalPolicy: removalPolicy,
      logEncryptionKey,
    });
  }
}

const createUserPool = (
  scope: Construct,
  { mfa }: UserPoolOptions,
  { groupScopes, tenancy, removalPolicy }: AuthorizationContext,
): McpUserPool =>
  new McpUserPool(scope, 'Users', {
    mfa,
    removalPolicy,
    groups: [
      ...Object.keys(groupScopes ?? {}),
      ...tenancy.tenants.map((tenant) => tenantGroupPrefix + tenant),
    ],
  });
