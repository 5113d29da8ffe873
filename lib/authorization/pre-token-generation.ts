import { Duration, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { PreTokenGenerationEnvironment } from '../../lambda/pre-token-generation/environment.ts';
import { BundledFunction } from '../bundled-function.ts';
import type { IMcpUserPool } from './user-pool.ts';

/** What a machine client's tokens may say. */
export interface MachineClientGrant {
  /** Short names. */
  readonly scopes: readonly string[];
  /** @default - the client belongs to no tenant */
  readonly tenant?: string;
}

export interface PreTokenGenerationProps {
  readonly userPool: IMcpUserPool;
  /** The MCP URL. */
  readonly resourceIdentifier: string;
  /** Short scope names for users of whom no group is listed in `groupScopes`. */
  readonly defaultScopes: readonly string[];
  /**
   * Short scope names by user group.
   *
   * @default - no group is listed, every user may have `defaultScopes`
   */
  readonly groupScopes?: { readonly [group: string]: readonly string[] };
  /**
   * How long the function's log is kept.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: RetentionDays;
  /**
   * What happens to the log when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly logRemovalPolicy?: RemovalPolicy;
  /**
   * Encrypts the log.
   *
   * @default - a key of the log service
   */
  readonly logEncryptionKey?: IKey;
}

/**
 * The function that Cognito asks before it signs a token. Guarantees: a user gets only those scopes
 * that the user's groups grant, a tenant comes from server-side data only, a machine client gets
 * what is written here. Cognito is the only caller; the function has no permission but its log.
 */
export class PreTokenGeneration extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: ILogGroup;
  readonly #machineClients = new Map<string, MachineClientGrant>();
  readonly #identityProviderTenants = new Map<string, string>();

  constructor(scope: Construct, id: string, props: PreTokenGenerationProps) {
    super(scope, id);
    const { userPool, preTokenGenerationName } = props.userPool;
    const { function: handler, logGroup } = new BundledFunction(this, 'Handler', {
      bundle: 'pre-token-generation',
      functionName: preTokenGenerationName,
      description: 'Decides which scopes and which tenant go into an access token',
      environment: { ...this.environmentFor(props) },
      // Cognito waits five seconds and then fails the sign-in.
      timeout: Duration.seconds(4),
      memorySize: 256,
      logRetention: props.logRetention ?? RetentionDays.ONE_YEAR,
      logRemovalPolicy: props.logRemovalPolicy ?? RemovalPolicy.RETAIN,
      logEncryptionKey: props.logEncryptionKey,
    });
    handler.addPermission('UserPool', {
      principal: new ServicePrincipal('cognito-idp.amazonaws.com'),
      sourceArn: userPool.userPoolArn,
      sourceAccount: Stack.of(this).account,
    });
    this.function = handler;
    this.logGroup = logGroup;
  }

  /** @param userPoolClientId id of the app client, which may be an unresolved value */
  addMachineClient(userPoolClientId: string, grant: MachineClientGrant): void {
    this.#machineClients.set(userPoolClientId, grant);
  }

  /** Users of this identity provider belong to this tenant. */
  addIdentityProviderTenant(identityProviderName: string, tenant: string): void {
    this.#identityProviderTenants.set(identityProviderName, tenant);
  }

  private environmentFor(props: PreTokenGenerationProps): PreTokenGenerationEnvironment {
    const json = (value: () => object): string =>
      Lazy.string({ produce: () => Stack.of(this).toJsonString(value()) });
    return {
      MCP_RESOURCE_IDENTIFIER: props.resourceIdentifier,
      GROUP_SCOPES: JSON.stringify(props.groupScopes ?? {}),
      DEFAULT_SCOPES: props.defaultScopes.join(' '),
      IDENTITY_PROVIDER_TENANTS: json(() => Object.fromEntries(this.#identityProviderTenants)),
      MACHINE_CLIENTS: json(() => Object.fromEntries(this.#machineClients)),
    };
  }
}
