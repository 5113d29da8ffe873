import { Aws, type Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  CfnSubscriptionFilter,
  type ILogGroup,
  LogGroup,
  LogStream,
  RetentionDays,
} from 'aws-cdk-lib/aws-logs';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  CfnBucket,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ExportLayout } from './export-layout.ts';
import { securityEventColumns } from './security-event-columns.ts';

export interface SecurityEventExportProps {
  /** Logs with security events: `server.monitoring.logGroups`. */
  readonly logGroups: { readonly [component: string]: ILogGroup };
  /** @default ExportLayout.jsonLines() */
  readonly layout?: ExportLayout;
  /**
   * Where the events go. A bucket of somebody else's, such as Security Lake's, must let
   * {@link SecurityEventExport.deliveryRole} write.
   *
   * @default - a new bucket that survives the stack
   */
  readonly bucket?: IBucket;
  /**
   * Encrypts the events on their way and in a new bucket.
   *
   * @default - keys of Firehose and S3
   */
  readonly encryptionKey?: IKey;
  /**
   * How long a new bucket keeps events.
   *
   * @default - for ever
   */
  readonly retention?: Duration;
}

/** EMF and application lines stay where they are. */
const securityEventPattern = '{ $.class_uid = * }';

/** What could not be delivered or converted, by kind of error. Nothing is lost silently. */
const errorPrefix = 'errors/!{firehose:error-output-type}/';

/**
 * A copy of the security events outside of CloudWatch, for another account's archive, a SIEM or
 * Amazon Security Lake. Guarantees: only lines that are security events, encrypted, what cannot be
 * delivered under `errors/`; roles that write to that place and nothing else.
 *
 * Comes minutes later, and at least once: a reader must take an event twice. Masking of the log
 * applies to the copy too. A log group has room for two subscriptions; this is one.
 *
 * @example
 * new SecurityEventExport(stack, 'Export', {
 *   logGroups: server.monitoring.logGroups,
 *   layout: ExportLayout.securityLake(),
 * });
 */
export class SecurityEventExport extends Construct {
  readonly bucket: IBucket;
  /** Writes to the bucket. */
  readonly deliveryRole: Role;

  constructor(scope: Construct, id: string, props: SecurityEventExportProps) {
    super(scope, id);
    const layout = props.layout ?? ExportLayout.jsonLines();
    this.bucket = props.bucket ?? this.createBucket(props);
    this.deliveryRole = this.createDeliveryRole(layout, props);
    const table = layout.isParquet ? this.createTable() : undefined;
    const stream = this.createStream(layout, props, table);
    this.subscribe(props.logGroups, stream);
  }

  private createBucket({ encryptionKey, retention }: SecurityEventExportProps): Bucket {
    const bucket = new Bucket(this, 'Bucket', {
      encryption: encryptionKey ? BucketEncryption.KMS : BucketEncryption.S3_MANAGED,
      encryptionKey,
      bucketKeyEnabled: encryptionKey !== undefined,
      enforceSSL: true,
      versioned: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: retention
        ? [{ expiration: retention, noncurrentVersionExpiration: retention }]
        : [],
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'one role writes; who reads is in CloudTrail’s data events, where an archive wants it',
    });
    return bucket;
  }

  private createDeliveryRole(layout: ExportLayout, { encryptionKey }: SecurityEventExportProps) {
    const role = new Role(this, 'DeliveryRole', {
      description: 'Writes security events to the bucket',
      assumedBy: new ServicePrincipal('firehose.amazonaws.com', {
        conditions: { StringEquals: { 'sts:ExternalId': Aws.ACCOUNT_ID } },
      }),
    });
    const [folder = ''] = layout.prefix.split('/');
    const objects = [folder, 'errors'].map((name) => this.bucket.arnForObjects(`${name}/*`));
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
        resources: objects,
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
        resources: [this.bucket.bucketArn],
      }),
    );
    encryptionKey?.grant(role, 'kms:Decrypt', 'kms:GenerateDataKey');
    for (const name of [folder, 'errors'])
      Validations.of(role).acknowledge({
        id: `AwsSolutions-IAM5[Resource::${this.bucketAsFound()}/${name}/*]`,
        reason: 'object names have the day and a random part in them',
      });
    return role;
  }

  /** The bucket's ARN as a finding of cdk-nag spells it. */
  private bucketAsFound(): string {
    const stack = Stack.of(this);
    const resource = this.bucket.node.defaultChild;
    if (CfnBucket.isCfnBucket(resource)) return `<${stack.getLogicalId(resource)}.Arn>`;
    return `arn:<AWS::Partition>:s3:::${this.bucket.bucketName}`;
  }

  /** The schema that Firehose converts by. Security Lake makes tables of its own. */
  private createTable(): CfnTable {
    const database = new CfnDatabase(this, 'Database', {
      catalogId: Aws.ACCOUNT_ID,
      databaseInput: { description: 'Security events of remote MCP servers' },
    });
    const table = new CfnTable(this, 'Table', {
      catalogId: Aws.ACCOUNT_ID,
      databaseName: database.ref,
      tableInput: {
        name: 'security_events',
        tableType: 'EXTERNAL_TABLE',
        storageDescriptor: {
          columns: Object.entries(securityEventColumns).map(([name, type]) => ({ name, type })),
          inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
          outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
          serdeInfo: {
            serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
          },
        },
      },
    });
    const arnOf = (resource: string) => Stack.of(this).formatArn({ service: 'glue', resource });
    this.deliveryRole.addToPolicy(
      new PolicyStatement({
        actions: ['glue:GetTable', 'glue:GetTableVersion', 'glue:GetTableVersions'],
        resources: [
          arnOf('catalog'),
          arnOf(`database/${database.ref}`),
          arnOf(`table/${database.ref}/${table.ref}`),
        ],
      }),
    );
    return table;
  }

  private createStream(
    layout: ExportLayout,
    { encryptionKey }: SecurityEventExportProps,
    table: CfnTable | undefined,
  ): CfnDeliveryStream {
    const log = new LogGroup(this, 'Log', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const logStream = new LogStream(this, 'LogStream', { logGroup: log });
    log.grant(this.deliveryRole, 'logs:PutLogEvents');
    const stream = new CfnDeliveryStream(this, 'Stream', {
      deliveryStreamType: 'DirectPut',
      deliveryStreamEncryptionConfigurationInput: encryptionKey
        ? { keyType: 'CUSTOMER_MANAGED_CMK', keyArn: encryptionKey.keyArn }
        : { keyType: 'AWS_OWNED_CMK' },
      extendedS3DestinationConfiguration: {
        bucketArn: this.bucket.bucketArn,
        roleArn: this.deliveryRole.roleArn,
        prefix: layout.prefix,
        errorOutputPrefix: errorPrefix,
        // Partitions need 64 MB at least; Security Lake wants objects every five minutes or rarer.
        bufferingHints: { sizeInMBs: 64, intervalInSeconds: 300 },
        compressionFormat: layout.isParquet ? 'UNCOMPRESSED' : 'GZIP',
        dynamicPartitioningConfiguration: {
          enabled: true,
          retryOptions: { durationInSeconds: 300 },
        },
        processingConfiguration: { enabled: true, processors: layout.processors() },
        dataFormatConversionConfiguration: table && this.conversion(table),
        cloudWatchLoggingOptions: {
          enabled: true,
          logGroupName: log.logGroupName,
          logStreamName: logStream.logStreamName,
        },
      },
    });
    // Firehose checks at once what it may do.
    stream.node.addDependency(this.deliveryRole);
    return stream;
  }

  private conversion(table: CfnTable): CfnDeliveryStream.DataFormatConversionConfigurationProperty {
    return {
      enabled: true,
      inputFormatConfiguration: { deserializer: { openXJsonSerDe: {} } },
      outputFormatConfiguration: { serializer: { parquetSerDe: { compression: 'SNAPPY' } } },
      schemaConfiguration: {
        catalogId: Aws.ACCOUNT_ID,
        databaseName: table.databaseName,
        tableName: table.ref,
        region: Aws.REGION,
        versionId: 'LATEST',
        roleArn: this.deliveryRole.roleArn,
      },
    };
  }

  private subscribe(
    logGroups: SecurityEventExportProps['logGroups'],
    stream: CfnDeliveryStream,
  ): void {
    const role = new Role(this, 'SubscriptionRole', {
      description: 'Hands security events on to Firehose',
      assumedBy: new ServicePrincipal('logs.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['firehose:PutRecord', 'firehose:PutRecordBatch'],
        resources: [stream.attrArn],
      }),
    );
    for (const [component, { logGroupName }] of Object.entries(logGroups)) {
      const filter = new CfnSubscriptionFilter(this, `${component}Subscription`, {
        logGroupName,
        filterPattern: securityEventPattern,
        destinationArn: stream.attrArn,
        roleArn: role.roleArn,
      });
      // The log service tries the role out when the filter is made.
      filter.node.addDependency(role);
    }
  }
}
