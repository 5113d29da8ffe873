import { type Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type LambdaBundleName, lambdaBundle } from './assets.ts';
import { SecurityLogGroup } from './observability/security-log-group.ts';

export interface BundledFunctionProps {
  readonly bundle: LambdaBundleName;
  readonly description: string;
  readonly environment: { readonly [name: string]: string };
  readonly timeout: Duration;
  /** Memory in MiB. CPU is given in proportion. */
  readonly memorySize: number;
  readonly logRetention: RetentionDays;
  /** What happens to the log when the stack is deleted. */
  readonly logRemovalPolicy: RemovalPolicy;
  /**
   * Encrypts the log.
   *
   * @default - a key of the log service
   */
  readonly logEncryptionKey?: IKey;
  /** @default - CloudFormation chooses a name */
  readonly functionName?: string;
}

/**
 * A function of this package: newest Node.js, ARM64, a log group of its own, and a role that may
 * write to that log and nothing else until something is granted to {@link function}.
 */
export class BundledFunction extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: ILogGroup;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    super(scope, id);
    this.logGroup = new SecurityLogGroup(this, 'Log', {
      retention: props.logRetention,
      removalPolicy: props.logRemovalPolicy,
      encryptionKey: props.logEncryptionKey,
    });
    // Not AWSLambdaBasicExecutionRole: that may write to every log group of the account.
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    this.logGroup.grantWrite(this.role);
    this.function = new LambdaFunction(this, 'Function', {
      functionName: props.functionName,
      description: props.description,
      code: lambdaBundle(this, props.bundle),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: props.timeout,
      memorySize: props.memorySize,
      environment: { ...props.environment },
      role: this.role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
    });
    Validations.of(this.function).acknowledge({
      id: 'AwsSolutions-L1',
      reason: 'nodejs24.x is the newest Node.js runtime; the rule reads an older list',
    });
  }
}
