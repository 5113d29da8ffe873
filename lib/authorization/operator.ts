import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { OperatorEnvironment } from '../../lambda/operator/environment.ts';
import { BundledFunction } from '../bundled-function.ts';
import { type Detections, detectionsJson } from '../detection/detection.ts';
import type { GrantTable } from './grant-table.ts';
import type { IMcpUserPool } from './user-pool.ts';

export interface OperatorProps {
  readonly userPool: IMcpUserPool;
  readonly grantTable: GrantTable;
  /**
   * Which findings may act.
   *
   * @default - none
   */
  readonly detections?: Detections;
  /**
   * How long is kept what operators did.
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
 * What a person does in an incident, as a function: end grants, sign a user out, disable and enable
 * one. Guarantees: it may do that to this pool and this table and nothing else; it has no door, only
 * who is granted {@link grantInvoke} can call it; what it did is a security event.
 */
export class Operator extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: ILogGroup;

  constructor(scope: Construct, id: string, props: OperatorProps) {
    super(scope, id);
    const { userPool, grantTable } = props;
    const environment: OperatorEnvironment = {
      USER_POOL_ID: userPool.userPool.userPoolId,
      TABLE_NAME: grantTable.table.tableName,
      DETECTIONS: detectionsJson(props.detections),
    };
    const handler = new BundledFunction(this, 'Handler', {
      bundle: 'operator',
      description: 'Ends grants and sign-ins, and disables users, when an operator asks',
      environment: { ...environment },
      // A user with hundreds of grants: each is one conditional delete.
      timeout: Duration.seconds(60),
      memorySize: 512,
      logRetention: props.logRetention ?? RetentionDays.ONE_YEAR,
      logRemovalPolicy: props.logRemovalPolicy ?? RemovalPolicy.RETAIN,
      logEncryptionKey: props.logEncryptionKey,
    });
    grantAdministration(userPool, handler.role);
    grantTable.grantRevoke(handler.role);
    this.function = handler.function;
    this.logGroup = handler.logGroup;
  }

  /** Lets somebody act as an operator. Who did stands in CloudTrail. */
  grantInvoke(grantee: IGrantable): Grant {
    // Not grantInvoke, which adds a wildcard for versions that do not exist.
    return this.function.grantInvokeLatestVersion(grantee);
  }
}

const grantAdministration = ({ userPool }: IMcpUserPool, grantee: IGrantable): Grant =>
  Grant.addToPrincipal({
    grantee,
    actions: [
      'cognito-idp:AdminDisableUser',
      'cognito-idp:AdminEnableUser',
      'cognito-idp:AdminUserGlobalSignOut',
      'cognito-idp:ListUserPoolClients',
      'cognito-idp:ListUsers',
    ],
    resourceArns: [userPool.userPoolArn],
  });
