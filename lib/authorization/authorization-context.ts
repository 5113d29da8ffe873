import type { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Detections } from '../detection/detection.ts';
import type { AuthorizationServer } from './authorization-server.ts';
import type { MachineClient } from './machine-client.ts';
import type { McpScope } from './oauth-scopes.ts';
import type { Operator } from './operator.ts';
import type { MachineClientGrant, PreTokenGeneration } from './pre-token-generation.ts';
import type { Tenancy } from './tenancy.ts';
import type { IMcpUserPool } from './user-pool.ts';

/** What whoever creates clients and tokens has to know about the server they are for. */
export interface AuthorizationContext {
  /** Public origin of the deployment. No trailing slash. */
  readonly origin: string;
  /** The MCP URL. */
  readonly resourceIdentifier: string;
  readonly productName: string;
  readonly scopes: readonly McpScope[];
  readonly groupScopes?: { readonly [group: string]: readonly string[] };
  readonly tenancy: Tenancy;
  /** Key of the hashes in the log, shared with the server. */
  readonly logPseudonymKey: ISecret;
  readonly logsFullAddresses?: boolean;
  readonly detections?: Detections;
  /** CloudWatch namespace of what the functions count. */
  readonly metricsNamespace: string;
  readonly logRetention?: RetentionDays;
  readonly logEncryptionKey?: IKey;
  readonly removalPolicy?: RemovalPolicy;
}

/** One entry of the server's `TOKEN_ISSUERS`: names as there. */
export interface TokenIssuerSettings {
  readonly issuer: string;
  readonly jwksUri: string;
  /** What else the server has to know about its tokens. */
  readonly rules: { readonly [member: string]: unknown };
}

/** What the server and its load balancer need to know about where tokens come from. */
export interface AuthorizationParts {
  /** Issuer that clients are sent to. */
  readonly authorizationServerUrl: string;
  readonly tokenIssuers: readonly TokenIssuerSettings[];
  /** Ids of app clients whose user tokens are accepted, separated by spaces. */
  readonly userClients: string;
  /** Ids of app clients whose own tokens are accepted, separated by spaces. */
  readonly machineClients: string;
  readonly userPool?: IMcpUserPool;
  readonly authorizationServer?: AuthorizationServer;
  readonly operator?: Operator;
  /** Decides what is in a token; absent where somebody else does. */
  readonly trigger?: PreTokenGeneration;
  /** Absent where clients are registered with somebody else. */
  addMachineClient?(id: string, grant: MachineClientGrant): MachineClient;
}

/** What the server's other choices look like to this one. */
export type OtherChoices = Pick<AuthorizationContext, 'groupScopes' | 'tenancy'>;
