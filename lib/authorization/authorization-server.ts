import { Duration, Lazy, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { AuthorizationServerLambdaEnvironment } from '../../lambda/authorization-server/environment.ts';
import { BundledFunction } from '../bundled-function.ts';
import { type Detections, detectionsJson } from '../detection/detection.ts';
import { AuthorizationServerSecret } from './authorization-server-secret.ts';
import type { Branding } from './branding.ts';
import { ClientRegistration, preRegisteredClientsJson } from './client-registration.ts';
import { GrantTable } from './grant-table.ts';
import type { McpScope } from './oauth-scopes.ts';
import type { SignInClient } from './sign-in-client.ts';
import type { IMcpUserPool } from './user-pool.ts';

export interface AuthorizationServerProps {
  /** Public origin of the deployment: the issuer. No trailing slash. */
  readonly origin: string;
  /** The MCP URL. */
  readonly resourceIdentifier: string;
  readonly userPool: IMcpUserPool;
  readonly signInClient: SignInClient;
  readonly scopes: readonly McpScope[];
  /** Key of the hashes in the log, shared with the server. */
  readonly logPseudonymKey: ISecret;
  /**
   * Whether whole client addresses are logged, or only their /24 or /48.
   *
   * @default true
   */
  readonly logsFullAddresses?: boolean;
  /** Shown on the consent page. */
  readonly productName: string;
  /**
   * How the consent page looks.
   *
   * @default - the product's name and nothing else
   */
  readonly branding?: Branding;
  /** @default ClientRegistration.open() */
  readonly clientRegistration?: ClientRegistration;
  /**
   * CloudWatch namespace of what the function counts.
   *
   * @default - nothing is counted
   */
  readonly metricsNamespace?: string;
  /**
   * What becomes of single detections, by id.
   *
   * @default - every detection notifies, with thresholds of its own
   */
  readonly detections?: Detections;
  /**
   * How long a user stays connected without using the connection.
   *
   * @default Duration.days(30)
   */
  readonly grantLifetime?: Duration;
  /**
   * How long the log with the security events is kept.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: RetentionDays;
  /**
   * Encrypts the log.
   *
   * @default - a key of the log service
   */
  readonly logEncryptionKey?: IKey;
  /**
   * Whether grants, keys and the log survive the stack.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The authorization server as MCP clients see it. Guarantees: the function may read one secret, use
 * single items of one table and write one log, and nothing of Cognito's control plane.
 *
 * Does not have a door of its own: the load balancer calls it.
 */
export class AuthorizationServer extends Construct {
  readonly function: LambdaFunction;
  readonly grantTable: GrantTable;
  readonly logGroup: ILogGroup;
  readonly #machineClients: string[] = [];

  constructor(scope: Construct, id: string, props: AuthorizationServerProps) {
    super(scope, id);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    this.grantTable = new GrantTable(this, 'Grants', { removalPolicy });
    const secret = new AuthorizationServerSecret(this, 'Keys', {
      clientSecret: props.signInClient.clientSecret,
      logPseudonymKey: props.logPseudonymKey,
      removalPolicy,
    });
    const handler = new BundledFunction(this, 'Handler', {
      bundle: 'authorization-server',
      description: 'OAuth authorization server for MCP clients, over Amazon Cognito',
      environment: { ...this.environmentFor(props, secret) },
      // Claude gives up on a token call after ten seconds.
      timeout: Duration.seconds(10),
      // A full vCPU's share makes the cold start short; a call takes milliseconds either way.
      memorySize: 1024,
      logRetention: props.logRetention ?? RetentionDays.ONE_YEAR,
      logRemovalPolicy: removalPolicy,
      logEncryptionKey: props.logEncryptionKey,
    });
    this.grantTable.grantUse(handler.role);
    secret.grantRead(handler.role);
    this.function = handler.function;
    this.logGroup = handler.logGroup;
  }

  /** Lets this app client use the client_credentials grant here. */
  addMachineClient(userPoolClientId: string): void {
    this.#machineClients.push(userPoolClientId);
  }

  private environmentFor(
    props: AuthorizationServerProps,
    { secret }: AuthorizationServerSecret,
  ): AuthorizationServerLambdaEnvironment {
    const registration = props.clientRegistration ?? ClientRegistration.open();
    const grantLifetime = props.grantLifetime ?? Duration.days(30);
    return {
      ISSUER: props.origin,
      RESOURCE_IDENTIFIER: props.resourceIdentifier,
      SCOPES: JSON.stringify(
        props.scopes.map((scope) => ({ ...scope, isEveryday: scope.isEveryday ?? true })),
      ),
      UPSTREAM_ISSUER: props.userPool.issuer,
      UPSTREAM_DOMAIN: props.userPool.domainUrl,
      UPSTREAM_CLIENT_ID: props.signInClient.userPoolClientId,
      SECRET_ARN: secret.secretArn,
      TABLE_NAME: this.grantTable.table.tableName,
      LOG_ADDRESSES: (props.logsFullAddresses ?? true) ? 'full' : 'network',
      DYNAMIC_REGISTRATION: registration.dynamicRegistration,
      INITIAL_ACCESS_TOKEN_HASH: '',
      METADATA_DOCUMENTS: registration.metadataDocuments,
      REDIRECT_POLICY: JSON.stringify({ allowLoopback: true }),
      PREREGISTERED_CLIENTS: preRegisteredClientsJson(registration.clients),
      MACHINE_CLIENTS: Lazy.string({ produce: () => this.#machineClients.join(' ') }),
      GRANT_LIFETIME: String(grantLifetime.toSeconds()),
      BRANDING: JSON.stringify({ productName: props.productName, ...props.branding }),
      METRICS_NAMESPACE: props.metricsNamespace ?? '',
      DETECTIONS: detectionsJson(props.detections),
    };
  }
}
