import { createHash } from 'node:crypto';
import { CustomResource, Duration, RemovalPolicy, Stack, Token, Validations } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { AnyPrincipal, Effect, Grant, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { KeyRelayEnvironment } from '../../lambda/key-relay/environment.ts';
import { BundledFunction } from '../bundled-function.ts';
import { describeAlarm } from '../observability/alarms.ts';
import type { PrivateEndpoints } from './private-endpoints.ts';

/** Where an issuer publishes its keys. */
export interface RelayedIssuer {
  readonly issuer: string;
  readonly jwksUri: string;
}

export interface KeyRelayProps {
  readonly issuers: readonly RelayedIssuer[];
  /** Of the network whose tasks read the copies. */
  readonly endpoints: PrivateEndpoints;
  /** @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays;
}

/**
 * Copies the issuers' signing keys to where a server without a way out can read them. Guarantees: a
 * document without a usable key is never copied, so a copy never shrinks to nothing; only the relay
 * can write a copy, and it is read over TLS through the endpoint of this network only; the first
 * deployment waits for the first copy; an alarm goes off when no run has succeeded for an hour.
 *
 * The server trusts what is in the bucket as it would trust the issuer's own host: the policy of the
 * bucket stands in for the issuer's certificate. Whoever may change that policy may forge users.
 */
export class KeyRelay extends Construct {
  readonly function: LambdaFunction;
  readonly bucket: Bucket;
  /** The newest copies are more than an hour old. */
  readonly staleAlarm: Alarm;
  /** To wait for: when it exists, so do the copies. */
  readonly firstCopy: CustomResource;
  readonly #objectKeys: ReadonlyMap<string, string>;

  constructor(scope: Construct, id: string, props: KeyRelayProps) {
    super(scope, id);
    this.#objectKeys = new Map(props.issuers.map(({ issuer }) => [issuer, objectKeyOf(issuer)]));
    this.bucket = this.createBucket();
    const keySets = Stack.of(this).toJsonString(
      props.issuers.map(({ issuer, jwksUri }) => ({ jwksUri, objectKey: objectKeyOf(issuer) })),
    );
    const { function: relay, role } = this.createFunction(keySets, props.logRetention);
    this.function = relay;
    this.restrict(role, props.endpoints);
    this.firstCopy = new CustomResource(this, 'FirstCopy', {
      resourceType: 'Custom::PublishedKeys',
      serviceToken: relay.functionArn,
      serviceTimeout: Duration.minutes(5),
      // A change of issuers copies their keys before any task looks for them.
      properties: { KeySets: keySets },
    });
    this.firstCopy.node.addDependency(role, this.bucket);
    const schedule = new Rule(this, 'Schedule', {
      description: 'As often as the server looks for new keys',
      schedule: Schedule.rate(Duration.minutes(5)),
      // The next run is the retry.
      targets: [new LambdaTarget(relay, { retryAttempts: 0 })],
    });
    // Deleted in the other order: nothing is copied any more once the copies are removed.
    schedule.node.addDependency(this.firstCopy);
    this.staleAlarm = this.createAlarm();
  }

  /** Where the copy of an issuer's keys is. */
  jwksUri(issuer: string): string {
    return `https://${this.bucket.bucketRegionalDomainName}/${this.#objectKeys.get(issuer)}`;
  }

  private createBucket(): Bucket {
    const bucket = new Bucket(this, 'Keys', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      // Copies of what is public; the relay empties the bucket before it is deleted.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'it holds public keys, read by the server every five minutes and written by one role',
    });
    return bucket;
  }

  private createFunction(keySets: string, logRetention?: RetentionDays): BundledFunction {
    const environment: KeyRelayEnvironment = {
      BUCKET_NAME: this.bucket.bucketName,
      KEY_SETS: keySets,
    };
    return new BundledFunction(this, 'Relay', {
      bundle: 'key-relay',
      description: 'Copies the signing keys of the token issuers for a server without a way out',
      environment: { ...environment },
      timeout: Duration.seconds(30),
      memorySize: 256,
      logRetention: logRetention ?? RetentionDays.ONE_MONTH,
      logRemovalPolicy: RemovalPolicy.DESTROY,
    });
  }

  /** Who may write, and from where may be read. */
  private restrict(relay: IRole, endpoints: PrivateEndpoints): void {
    const copies = [...this.#objectKeys.values()].map((key) => this.bucket.arnForObjects(key));
    Grant.addToPrincipal({
      grantee: relay,
      actions: ['s3:PutObject', 's3:DeleteObject'],
      resourceArns: copies,
    });
    endpoints.allowRead(...copies);
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'ReadFromThisNetwork',
        principals: [new AnyPrincipal()],
        actions: ['s3:GetObject'],
        resources: copies,
        conditions: { StringEquals: { 'aws:SourceVpce': endpoints.s3.vpcEndpointId } },
      }),
    );
    // Many roles of an account may write to all its buckets. Not to this one.
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'WriteByTheRelayOnly',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject', 's3:PutObjectAcl'],
        resources: [this.bucket.arnForObjects('*')],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': relay.roleArn } },
      }),
    );
  }

  private createAlarm(): Alarm {
    const period = Duration.hours(1);
    const succeeded = new MathExpression({
      expression: 'invocations - errors',
      label: 'Runs that copied every key set',
      period,
      usingMetrics: {
        invocations: this.function.metricInvocations({ period, statistic: 'Sum' }),
        errors: this.function.metricErrors({ period, statistic: 'Sum' }),
      },
    });
    return new Alarm(this, 'Stale', {
      alarmDescription: describeAlarm(
        'The copies of the signing keys are more than an hour old: users whose issuer has rotated its keys cannot log in, revoked keys are still trusted',
        'stale-key-copies.md',
      ),
      metric: succeeded,
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      // A relay that does not run at all reports nothing.
      treatMissingData: TreatMissingData.BREACHING,
    });
  }
}

/**
 * Never that of another issuer, whatever the order: a server that is still running must not find
 * the keys of somebody else under a name that it knows. Only the stack's own user pool is unresolved.
 */
const objectKeyOf = (issuer: string): string => {
  const name = Token.isUnresolved(issuer)
    ? 'user-pool'
    : createHash('sha256').update(issuer).digest('hex').slice(0, 32);
  return `${name}/jwks.json`;
};
