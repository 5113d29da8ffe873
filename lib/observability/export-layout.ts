import { Aws } from 'aws-cdk-lib';
import type { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import { eventClasses } from '../../oauth/event-catalogue.ts';

/**
 * Amazon Security Lake takes one source per OCSF class; these are their names, and what each has to
 * be registered as (CreateCustomLogSource, `eventClasses`).
 */
export const securityLakeSources = {
  [eventClasses.authentication.uid]: ['mcp-authentication', 'AUTHENTICATION'],
  [eventClasses.entityManagement.uid]: ['mcp-entity-management', 'ENTITY_MANAGEMENT'],
  [eventClasses.apiActivity.uid]: ['mcp-api-activity', 'API_ACTIVITY'],
  [eventClasses.httpActivity.uid]: ['mcp-http-activity', 'HTTP_ACTIVITY'],
  [eventClasses.applicationLifecycle.uid]: ['mcp-application-lifecycle', 'APPLICATION_LIFECYCLE'],
  [eventClasses.applicationError.uid]: ['mcp-application-error', 'APPLICATION_ERROR'],
  2004: ['mcp-detection-finding', 'DETECTION_FINDING'],
} as const satisfies Record<number, readonly [string, string]>;

/** An event of a class that nobody registered does not spoil another source. */
const otherSource = 'mcp-other';

/** In jq: the source of an event, by its class. */
const sourceOfEvent = [
  ...Object.entries(securityLakeSources).map(
    ([uid, [source]], index) =>
      `${index === 0 ? 'if' : 'elif'} .class_uid==${uid} then "${source}"`,
  ),
  `else "${otherSource}" end`,
].join(' ');

/** In jq: the day on which the event happened, in UTC. */
const dayOfEvent = '.time/1000|floor|strftime("%Y%m%d")';

/** How security events lie in a bucket. */
export class ExportLayout {
  /** As they are in the log: JSON lines, compressed, one folder per day. */
  static jsonLines(): ExportLayout {
    return new ExportLayout({
      partitionQuery: `{eventDay:(${dayOfEvent})}`,
      prefix: 'events/eventDay=!{partitionKeyFromQuery:eventDay}/',
      isParquet: false,
    });
  }

  /**
   * As Amazon Security Lake wants custom sources: Parquet, one source per OCSF class,
   * `ext/<source>/region=…/accountId=…/eventDay=YYYYMMDD/`.
   */
  static securityLake(): ExportLayout {
    const place = `region=${Aws.REGION}/accountId=${Aws.ACCOUNT_ID}`;
    return new ExportLayout({
      partitionQuery: `{source:(${sourceOfEvent}),eventDay:(${dayOfEvent})}`,
      prefix: `ext/!{partitionKeyFromQuery:source}/${place}/eventDay=!{partitionKeyFromQuery:eventDay}/`,
      isParquet: true,
    });
  }

  readonly prefix: string;
  readonly isParquet: boolean;
  readonly #partitionQuery: string;

  private constructor(layout: {
    readonly partitionQuery: string;
    readonly prefix: string;
    readonly isParquet: boolean;
  }) {
    this.prefix = layout.prefix;
    this.isParquet = layout.isParquet;
    this.#partitionQuery = layout.partitionQuery;
  }

  /** From what the log service sends (compressed, many events in one record) to single events. */
  processors(): CfnDeliveryStream.ProcessorProperty[] {
    const processor = (type: string, parameters: Readonly<Record<string, string>>) => ({
      type,
      parameters: Object.entries(parameters).map(([parameterName, parameterValue]) => ({
        parameterName,
        parameterValue,
      })),
    });
    return [
      processor('Decompression', { CompressionFormat: 'GZIP' }),
      processor('CloudWatchLogProcessing', { DataMessageExtraction: 'true' }),
      processor('RecordDeAggregation', { SubRecordType: 'JSON' }),
      processor('MetadataExtraction', {
        MetadataExtractionQuery: this.#partitionQuery,
        JsonParsingEngine: 'JQ-1.6',
      }),
      // Parquet has records of its own.
      ...(this.isParquet ? [] : [processor('AppendDelimiterToRecord', { Delimiter: '\\n' })]),
    ];
  }
}
