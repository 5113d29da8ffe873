import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { ExportLayout, SecurityEventExport } from '../../../lib/index.ts';
import { securityLakeSources } from '../../../lib/observability/export-layout.ts';
import { securityEventColumns } from '../../../lib/observability/security-event-columns.ts';
import { type EventName, eventCatalogue } from '../../../oauth/security-event.ts';
import { findingVariants, variantsOf } from '../../support/event-variants.ts';
import { matchesPattern } from '../../support/filter-pattern.ts';
import { anApp, aServer, resolved, resourcesOf } from '../../support/synth.ts';
import { type ObservedTraffic, observedTraffic } from './observed-traffic.ts';

let traffic: ObservedTraffic;
beforeAll(async () => {
  traffic = await observedTraffic('SecureMcp/Test');
}, 60_000);

const securityEvents = (): readonly Record<string, unknown>[] =>
  traffic.lines
    .map(({ message }) => JSON.parse(message) as Record<string, unknown>)
    .filter((event) => 'class_uid' in event);

const aTemplate = (layout?: ExportLayout, more: object = {}) => {
  const { stack, server } = aServer();
  new SecurityEventExport(stack, 'Export', {
    logGroups: server.monitoring.logGroups,
    layout,
    ...more,
  });
  return Template.fromStack(stack);
};

/** A Hive type as something that can be asked. */
type HiveType = {
  readonly name: string;
  readonly members?: Record<string, HiveType>;
  readonly item?: HiveType;
};

const parseType = (text: string): HiveType => {
  let rest = text;
  const take = (pattern: RegExp): string => {
    const [found] = pattern.exec(rest) ?? [];
    if (found === undefined) throw new Error(`no Hive type: ${rest} of ${text}`);
    rest = rest.slice(found.length);
    return found;
  };
  const type = (): HiveType => {
    const name = take(/^[a-z]+/);
    if (name === 'array') {
      take(/^</);
      const item = type();
      take(/^>/);
      return { name, item };
    }
    if (name !== 'struct') return { name };
    take(/^</);
    const members: Record<string, HiveType> = {};
    do {
      const member = take(/^\w+/);
      take(/^:/);
      members[member] = type();
    } while (rest.startsWith(',') && take(/^,/));
    take(/^>/);
    return { name, members };
  };
  const parsed = type();
  if (rest !== '') throw new Error(`more than a Hive type: ${rest}`);
  return parsed;
};

const fits: Readonly<Record<string, (value: unknown) => boolean>> = {
  int: (value) => Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31,
  bigint: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  // JSON of what OCSF leaves open goes into a text.
  string: () => true,
};

/** What of a value the type has no place for. */
const misfits = (value: unknown, type: HiveType | undefined, path: string): readonly string[] => {
  if (!type) return [`${path} has no column`];
  if (type.item)
    return Array.isArray(value)
      ? value.flatMap((item, index) => misfits(item, type.item, `${path}.${index}`))
      : [`${path} is no list`];
  const { members } = type;
  if (members)
    return typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, member]) =>
          misfits(member, members[name], `${path}.${name}`),
        )
      : [`${path} is no object`];
  return fits[type.name]?.(value) ? [] : [`${path} is no ${type.name}: ${JSON.stringify(value)}`];
};

describe('the columns of the export', () => {
  const types = Object.fromEntries(
    Object.entries(securityEventColumns).map(([name, type]) => [name, parseType(type)]),
  );

  it('have a place for every attribute of every event that is written', () => {
    const names = Object.keys(eventCatalogue) as EventName[];
    const all = [...securityEvents(), ...names.flatMap(variantsOf), ...findingVariants()];
    const found = all.flatMap((event) =>
      Object.entries(event).flatMap(([name, value]) => misfits(value, types[name], name)),
    );
    expect([...new Set(found)]).toEqual([]);
  });

  it('keep as text only what OCSF leaves open, because text cannot be searched by attribute', () => {
    const objects = new Set(
      securityEvents().flatMap((event) =>
        Object.entries(event)
          .filter(([name, value]) => types[name]?.name === 'string' && typeof value === 'object')
          .map(([name]) => name),
      ),
    );
    expect([...objects]).toEqual(['unmapped']);
  });
});

describe('the layout for Security Lake', () => {
  const template = aTemplate(ExportLayout.securityLake());
  const [stream] = resourcesOf(template, 'AWS::KinesisFirehose::DeliveryStream');
  const destination = stream?.Properties.ExtendedS3DestinationConfiguration;

  it('is the one that custom sources must have', () => {
    expect(resolved(destination.Prefix)).toMatch(
      /^ext\/!\{partitionKeyFromQuery:source\}\/region=[\w:-]+\/accountId=[\w:-]+\/eventDay=!\{partitionKeyFromQuery:eventDay\}\/$/,
    );
    expect(destination.ErrorOutputPrefix).toBe('errors/!{firehose:error-output-type}/');
  });

  it('has a source for the class of every event that is written, named as AWS allows', () => {
    const classes = new Set(securityEvents().map(({ class_uid }) => Number(class_uid)));
    expect(classes.size).toBeGreaterThanOrEqual(6);
    for (const uid of classes) expect(Object.keys(securityLakeSources)).toContain(String(uid));
    for (const [source] of Object.values(securityLakeSources))
      expect(source).toMatch(/^[A-Za-z][\w-]{0,63}$/);
    const { Processors } = destination.ProcessingConfiguration;
    const [query] = Processors.flatMap(
      ({ Parameters }: { Parameters: { ParameterName: string; ParameterValue: string }[] }) =>
        Parameters.filter(({ ParameterName }) => ParameterName === 'MetadataExtractionQuery'),
    );
    for (const [uid, [source]] of Object.entries(securityLakeSources))
      expect(query.ParameterValue).toContain(`.class_uid==${uid} then "${source}"`);
    expect(query.ParameterValue).toMatch(
      /^\{source:\(if .* else "mcp-other" end\),eventDay:\(.*\)\}$/,
    );
  });

  it('is converted to Parquet by the table of the columns', () => {
    expect(destination.DataFormatConversionConfiguration.OutputFormatConfiguration).toEqual({
      Serializer: { ParquetSerDe: { Compression: 'SNAPPY' } },
    });
    const [table] = resourcesOf(template, 'AWS::Glue::Table');
    expect(table?.Properties.TableInput.StorageDescriptor.Columns).toHaveLength(
      Object.keys(securityEventColumns).length,
    );
  });

  it('unpacks what the log service sends before it looks into events', () => {
    const types = destination.ProcessingConfiguration.Processors.map(
      ({ Type }: { Type: string }) => Type,
    );
    expect(types).toEqual([
      'Decompression',
      'CloudWatchLogProcessing',
      'RecordDeAggregation',
      'MetadataExtraction',
    ]);
  });
});

describe('the export', () => {
  const template = aTemplate();

  it('takes security events of every component, and neither metrics nor the texts of faults', () => {
    const subscriptions = resourcesOf(template, 'AWS::Logs::SubscriptionFilter');
    expect(subscriptions).toHaveLength(4);
    const pattern = subscriptions[0]?.Properties.FilterPattern;
    const taken = traffic.lines.filter(({ message }) => matchesPattern(pattern, message));
    expect(taken).toHaveLength(securityEvents().length);
    expect(taken.length).toBeLessThan(traffic.lines.length);
  });

  it('may write below its folders, and nothing else anywhere', () => {
    const policies = resourcesOf(template, 'AWS::IAM::Policy').filter(({ Properties }) =>
      JSON.stringify(Properties.Roles).includes('Export'),
    );
    const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    const actions = statements.flatMap(({ Action }) => Action).toSorted();
    expect(actions).toEqual([
      'firehose:PutRecord',
      'firehose:PutRecordBatch',
      'logs:PutLogEvents',
      's3:AbortMultipartUpload',
      's3:GetBucketLocation',
      's3:ListBucket',
      's3:ListBucketMultipartUploads',
      's3:PutObject',
    ]);
    const writing = statements.find(({ Action }) => Action.includes('s3:PutObject'));
    expect(writing.Resource.map((arn: unknown) => resolved(arn).replace(/^.*?\//, '/'))).toEqual([
      '/events/*',
      '/errors/*',
    ]);
  });

  it('keeps a bucket that nobody reads over plain HTTP and that survives the stack', () => {
    const bucket = resourcesOf(template, 'AWS::S3::Bucket').find(
      ({ Properties }) => Properties.VersioningConfiguration,
    );
    expect(bucket?.DeletionPolicy).toBe('Retain');
    expect(bucket?.Properties.PublicAccessBlockConfiguration.BlockPublicAcls).toBe(true);
    expect(JSON.stringify(resourcesOf(template, 'AWS::S3::BucketPolicy'))).toContain(
      'aws:SecureTransport',
    );
  });

  it('uses a key of one’s own everywhere when there is one, and somebody else’s bucket', () => {
    const stack = new Stack(anApp(), 'Elsewhere', { env: { region: 'us-east-1' } });
    const key = new Key(stack, 'Key');
    const lake = Bucket.fromBucketName(stack, 'Lake', 'aws-security-data-lake-us-east-1-x');
    const withKey = aTemplate(ExportLayout.securityLake(), {
      bucket: Bucket.fromBucketArn(stack, 'Other', lake.bucketArn),
    });
    expect(
      resourcesOf(withKey, 'AWS::S3::Bucket').filter(
        ({ Properties }) => Properties.VersioningConfiguration,
      ),
    ).toEqual([]);
    new SecurityEventExport(stack, 'Export', { logGroups: {}, encryptionKey: key });
    const own = Template.fromStack(stack);
    const [stream] = resourcesOf(own, 'AWS::KinesisFirehose::DeliveryStream');
    expect(stream?.Properties.DeliveryStreamEncryptionConfigurationInput.KeyType).toBe(
      'CUSTOMER_MANAGED_CMK',
    );
    const [bucket] = resourcesOf(own, 'AWS::S3::Bucket');
    expect(JSON.stringify(bucket?.Properties.BucketEncryption)).toContain('aws:kms');
  });
});
