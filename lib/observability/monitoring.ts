import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import { CfnQueryDefinition, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type Detections, detectionSettings } from '../detection/detection.ts';
import { defaultThresholds } from './alarm-thresholds.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { Alarms, describeAlarm } from './alarms.ts';
import { Dashboard } from './dashboard.ts';
import { detectionAlarms } from './detection-alarms.ts';
import { LogAlarms } from './log-alarms.ts';
import type { Observability } from './observability.ts';
import { operationalAlarms, type WatchedParts } from './operational-alarms.ts';
import type { PlannedAlarm } from './planned-alarm.ts';
import { savedQueries } from './saved-queries.ts';
import { SecurityMetricFilters } from './security-metric-filters.ts';
import type { ServerMetrics } from './server-metrics.ts';

export interface MonitoringProps extends WatchedParts {
  readonly observability: Observability;
  readonly metrics: ServerMetrics;
  /** @default - every detection with thresholds of its own */
  readonly detections?: Detections;
  /** The MCP URL. */
  readonly url: string;
  readonly service: FargateService;
  /** Logs with security events, by the name of the component. */
  readonly logGroups: Readonly<Record<string, ILogGroup>>;
  /** Alarms of whoever has more to watch. @default - none */
  readonly furtherAlarms?: readonly PlannedAlarm[];
  /** Urgent alarms that are there already. @default - none */
  readonly existingAlarms?: readonly Alarm[];
}

/**
 * What watches one server: counts taken from its logs, saved queries for the questions of an
 * incident, alarms that name their runbooks, and a dashboard.
 *
 * Watches nothing in us-east-1 for a server in another region: see {@link BlockedRequestsAlarm}.
 */
export class Monitoring extends Construct {
  /** Logs with security events, by the name of the component. */
  readonly logGroups: { readonly [component: string]: ILogGroup };
  /** Who is told; absent when nobody is. */
  readonly alarmTopic?: ITopic;
  readonly alarms?: Alarms;
  readonly dashboard?: Dashboard;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { observability, metrics, logGroups } = props;
    const { coverage, options } = observability;
    this.logGroups = logGroups;
    new SecurityMetricFilters(this, 'Counts', { namespace: metrics.namespace, logGroups });
    this.saveQueries(Object.values(logGroups), metrics.namespace);
    if (coverage === 'none') return;
    this.alarmTopic = options.alarmTopic ?? this.createTopic(options.notifyEmail);
    this.alarms = new Alarms(this, 'Alarms', {
      ...options,
      alarms: this.plan(props),
      existingAlarms: props.existingAlarms,
      alarmTopic: this.alarmTopic,
      hasPage: coverage === 'full',
    });
    if (coverage === 'essential') return;
    this.createLogAlarms(props);
    this.dashboard = new Dashboard(this, 'Dashboard', { ...props, alarms: this.alarms });
  }

  private createTopic(email: string | undefined): ITopic | undefined {
    return email === undefined ? undefined : new AlarmTopic(this, 'Topic', { email }).topic;
  }

  private plan(props: MonitoringProps): readonly PlannedAlarm[] {
    const { observability, metrics, furtherAlarms = [] } = props;
    const thresholds = { ...defaultThresholds, ...observability.options.thresholds };
    const all = [
      ...operationalAlarms(metrics, props, thresholds),
      ...detectionAlarms(metrics, thresholds, detectionSettings(props.detections)),
      ...furtherAlarms,
    ];
    return observability.coverage === 'full' ? all : all.filter(({ isEssential }) => isEssential);
  }

  private createLogAlarms({ observability, logGroups, detections }: MonitoringProps): void {
    const { runbookUrl } = observability.options;
    new LogAlarms(this, 'LogAlarms', {
      logGroups: Object.values(logGroups),
      settings: detectionSettings(detections),
      describe: (says, runbook) => describeAlarm(says, runbook, runbookUrl),
      actions: this.alarmTopic ? [this.alarmTopic.topicArn] : [],
    });
  }

  /** In a folder of their own in the console, which a name with slashes makes. */
  private saveQueries(logGroups: readonly ILogGroup[], folder: string): void {
    for (const [name, { text }] of Object.entries(savedQueries))
      new CfnQueryDefinition(this, `Query-${name}`, {
        name: `${folder}/${name}`,
        queryString: text,
        logGroupNames: logGroups.map(({ logGroupName }) => logGroupName),
      });
  }
}
