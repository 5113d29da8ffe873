import { Duration } from 'aws-cdk-lib';
import {
  ComparisonOperator,
  type IMetric,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import {
  type ApplicationLoadBalancer,
  type ApplicationTargetGroup,
  HttpCodeElb,
  HttpCodeTarget,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { AlarmThresholds } from './alarm-thresholds.ts';
import { type PlannedAlarm, planned } from './planned-alarm.ts';
import type { ServerMetrics } from './server-metrics.ts';

/** What is watched besides the servers' own counts. */
export interface WatchedParts {
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly targetGroup: ApplicationTargetGroup;
  /** @default - there is no authorization server of this package */
  readonly authorizationServer?: IFunction;
  /** @default - there is no grant table */
  readonly grantTable?: ITable;
}

/** Billed per metric: two simple alarms cost what a formula over two metrics does. */
const twoOfThree = { datapointsToAlarm: 2, evaluationPeriods: 3 } as const;
const threeOfFive = { datapointsToAlarm: 3, evaluationPeriods: 5 } as const;

const loadBalancerAlarms = (
  { loadBalancer, targetGroup }: WatchedParts,
  thresholds: Required<AlarmThresholds>,
): readonly PlannedAlarm[] => [
  planned({
    id: 'ServerErrors',
    says: 'The server or the authorization server answers 5xx',
    runbook: 'server-errors.md',
    isUrgent: true,
    isEssential: true,
    threshold: thresholds.serverErrors,
    ...twoOfThree,
    metric: loadBalancer.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT),
  }),
  planned({
    id: 'LoadBalancerErrors',
    says: 'The load balancer finds nobody to answer',
    runbook: 'server-errors.md',
    isUrgent: true,
    isEssential: true,
    threshold: thresholds.serverErrors,
    ...twoOfThree,
    metric: loadBalancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT),
  }),
  planned({
    id: 'UnhealthyTargets',
    says: 'Tasks fail their health check',
    runbook: 'unhealthy-targets.md',
    isUrgent: true,
    isEssential: true,
    threshold: 1,
    ...threeOfFive,
    metric: targetGroup.metrics.unhealthyHostCount({
      period: Duration.minutes(1),
      statistic: Stats.MAXIMUM,
    }),
  }),
];

const serverAlarms = (
  metrics: ServerMetrics,
  thresholds: Required<AlarmThresholds>,
): readonly PlannedAlarm[] => [
  planned({
    id: 'SlowCalls',
    says: 'One call in a hundred is slow',
    runbook: 'slow-calls.md',
    threshold: thresholds.callDuration,
    ...threeOfFive,
    metric: metrics.callDuration(),
  }),
  planned({
    id: 'KeyRefreshFailures',
    says: 'The signing keys of an issuer cannot be fetched',
    runbook: 'key-refresh-failures.md',
    isUrgent: true,
    isEssential: true,
    threshold: 1,
    datapointsToAlarm: 3,
    evaluationPeriods: 4,
    metric: metrics.keyRefreshFailures(),
  }),
  planned({
    id: 'SevereEvents',
    says: 'Security events of severity high or critical',
    runbook: 'severe-events.md',
    isEssential: true,
    threshold: 1,
    metric: metrics.severeEvents(),
  }),
  planned({
    id: 'LogSilence',
    says: 'No task has reported for ten minutes: there is no server, or nobody sees what it does',
    runbook: 'log-silence.md',
    isUrgent: true,
    isEssential: true,
    threshold: 1,
    evaluationPeriods: 2,
    datapointsToAlarm: 2,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.BREACHING,
    metric: metrics.logLinesDropped({ statistic: Stats.SAMPLE_COUNT }),
  }),
];

const authorizationAlarms = (authorizationServer: IFunction): readonly PlannedAlarm[] => [
  planned({
    id: 'AuthorizationServerErrors',
    says: 'The authorization server crashes: nobody can log in or refresh',
    runbook: 'authorization-server-errors.md',
    isUrgent: true,
    isEssential: true,
    threshold: 3,
    metric: authorizationServer.metricErrors(),
  }),
  planned({
    id: 'AuthorizationServerThrottles',
    says: 'Logins are turned away, because Lambda runs no more of them at a time',
    runbook: 'authorization-server-throttles.md',
    threshold: 1,
    metric: authorizationServer.metricThrottles(),
  }),
];

const tableMetric = (table: ITable, metricName: string): IMetric =>
  new Metric({
    namespace: 'AWS/DynamoDB',
    metricName,
    dimensionsMap: { TableName: table.tableName },
    statistic: Stats.SUM,
    period: Duration.minutes(5),
  });

const tableAlarms = (table: ITable): readonly PlannedAlarm[] =>
  (['Read', 'Write'] as const).map((kind) =>
    planned({
      id: `Table${kind}Throttles`,
      says: `The table of grants turns requests to ${kind.toLowerCase()} away`,
      runbook: 'table-throttles.md',
      threshold: 1,
      ...twoOfThree,
      metric: tableMetric(table, `${kind}ThrottleEvents`),
    }),
  );

export const operationalAlarms = (
  metrics: ServerMetrics,
  parts: WatchedParts,
  thresholds: Required<AlarmThresholds>,
): readonly PlannedAlarm[] => [
  ...loadBalancerAlarms(parts, thresholds),
  ...serverAlarms(metrics, thresholds),
  ...(parts.authorizationServer ? authorizationAlarms(parts.authorizationServer) : []),
  ...(parts.grantTable ? tableAlarms(parts.grantTable) : []),
];
