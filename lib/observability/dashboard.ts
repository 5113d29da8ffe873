import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  GraphWidgetView,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  MathExpression,
  Metric,
  PeriodOverride,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { callOutcomes, loginSteps } from '../../oauth/metric.ts';
import type { Alarms } from './alarms.ts';
import type { WatchedParts } from './operational-alarms.ts';
import { savedQueries } from './saved-queries.ts';
import { detectionDimension, detectionsMetric, type ServerMetrics } from './server-metrics.ts';

export interface DashboardProps extends WatchedParts {
  /** Shown at the top. */
  readonly url: string;
  readonly metrics: ServerMetrics;
  readonly alarms: Alarms;
  readonly service: FargateService;
  /** By the name of the component. */
  readonly logGroups: Readonly<Record<string, ILogGroup>>;
}

const fiveMinutes = Duration.minutes(5);
const green = '#2ca02c';
const red = '#d62728';
const orange = '#ff7f0e';
const grey = '#7f7f7f';
const blue = '#1f77b4';
const purple = '#9467bd';
const brown = '#8c564b';

const outcomeColors: Readonly<Record<string, string>> = {
  allowed: green,
  challenged: grey,
  unauthenticated: red,
  forbidden: orange,
  limited: purple,
  rejected: brown,
  failed: '#000000',
};

/** Every metric whose name begins so, or has the dimension: lines that exist, no flat zeros. */
const search = (expression: string, label: string): MathExpression =>
  new MathExpression({ expression, label, usingMetrics: {}, period: fiveMinutes });

const bars = (title: string, left: readonly IMetric[], width = 8): IWidget =>
  new GraphWidget({
    title,
    left: [...left],
    width,
    height: 6,
    stacked: true,
    leftYAxis: { min: 0, showUnits: false },
    period: fiveMinutes,
  });

const lines = (
  title: string,
  left: readonly IMetric[],
  right: readonly IMetric[] = [],
  labels: { readonly left?: string; readonly right?: string } = {},
): IWidget =>
  new GraphWidget({
    title,
    left: [...left],
    right: [...right],
    width: 8,
    height: 6,
    view: GraphWidgetView.TIME_SERIES,
    leftYAxis: { min: 0, showUnits: false, label: labels.left },
    rightYAxis: { min: 0, showUnits: false, label: labels.right },
    period: fiveMinutes,
  });

/**
 * One look: is it well, who comes and who is turned away, who logs in, what was detected, how fast
 * is it, and what costs money. From top to bottom in the order in which one asks.
 */
export class Dashboard extends Construct {
  readonly dashboard: CloudWatchDashboard;

  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    this.dashboard = new CloudWatchDashboard(this, 'Resource', {
      defaultInterval: Duration.hours(12),
      periodOverride: PeriodOverride.INHERIT,
      widgets: [
        this.headline(props),
        this.traffic(props),
        this.security(props),
        this.health(props),
        this.costs(props),
      ],
    });
  }

  private headline({ url, alarms }: DashboardProps): IWidget[] {
    return [
      new TextWidget({
        markdown: `# ${url}\nAlarms name their runbook; saved queries of the same names are in Logs Insights.`,
        width: 8,
        height: 4,
      }),
      new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms.all], width: 16, height: 4 }),
    ];
  }

  private traffic({ metrics }: DashboardProps): IWidget[] {
    const outcomes = callOutcomes.map((outcome) =>
      metrics.calls(outcome, { label: outcome, color: outcomeColors[outcome] }),
    );
    const refusals = search(
      `SEARCH('{"${metrics.namespace}"} MetricName="Refusals"', 'Sum', 300)`,
      '',
    );
    return [
      bars('Calls by outcome', outcomes),
      bars('Refusals by reason', [refusals]),
      lines(
        'Duration of allowed calls (ms)',
        [
          metrics.callDuration({ statistic: Stats.percentile(50), label: 'p50', color: green }),
          metrics.callDuration({ label: 'p99', color: orange }),
        ],
        [metrics.openCalls({ label: 'open calls and streams', color: grey })],
        { left: 'ms', right: 'calls' },
      ),
    ];
  }

  private security({ metrics, logGroups, authorizationServer }: DashboardProps): IWidget[] {
    const steps = loginSteps.map((step) => metrics.logins(step, { label: step }));
    const detections = search(
      `SEARCH('{"${metrics.namespace}","${detectionDimension}"} MetricName="${detectionsMetric}"', 'Sum', 300)`,
      '',
    );
    return [
      ...(authorizationServer ? [bars('Logins', steps)] : []),
      bars('Findings by detection', [detections]),
      new LogQueryWidget({
        title: 'Latest findings',
        logGroupNames: Object.values(logGroups).map(({ logGroupName }) => logGroupName),
        queryString: savedQueries.findings.text,
        view: LogQueryVisualizationType.TABLE,
        width: 8,
        height: 6,
      }),
    ];
  }

  private health(props: DashboardProps): IWidget[] {
    const { loadBalancer, targetGroup, authorizationServer, service, metrics } = props;
    return [
      lines('Errors', [
        ...errorMetrics(props),
        metrics.keyRefreshFailures({ label: 'key refresh failed', color: brown }),
        metrics.logLinesDropped({ label: 'events lost', color: '#000000' }),
      ]),
      lines(
        'Tasks',
        [
          service.metricCpuUtilization({ label: 'CPU %', color: blue }),
          service.metricMemoryUtilization({ label: 'memory %', color: grey }),
        ],
        [
          targetGroup.metrics.healthyHostCount({ label: 'healthy tasks', color: green }),
          metrics.eventLoopDelay({ label: 'event loop delay (ms)', color: orange }),
        ],
      ),
      lines(
        'Authorization server and load balancer (ms)',
        [
          ...(authorizationServer
            ? [
                authorizationServer.metricDuration({
                  statistic: Stats.percentile(99),
                  label: 'authorization server p99',
                  color: purple,
                }),
              ]
            : []),
        ],
        [loadBalancer.metrics.targetResponseTime({ label: 'first byte (s)', color: grey })],
      ),
    ];
  }

  /** What the bill follows, in the units it is counted in. */
  private costs({ loadBalancer, authorizationServer, logGroups, service }: DashboardProps) {
    const logBytes = Object.entries(logGroups).map(
      ([label, { logGroupName }]) =>
        new Metric({
          namespace: 'AWS/Logs',
          metricName: 'IncomingBytes',
          dimensionsMap: { LogGroupName: logGroupName },
          statistic: Stats.SUM,
          period: Duration.hours(1),
          label,
        }),
    );
    return [
      bars('Cost: log bytes per hour', logBytes),
      lines('Cost: capacity units of the load balancer', [
        loadBalancer.metrics.consumedLCUs({ label: 'LCU', statistic: Stats.AVERAGE }),
      ]),
      lines(
        'Cost: requests, and tasks that serve them',
        [
          loadBalancer.metrics.requestCount({ label: 'requests', color: blue }),
          ...(authorizationServer
            ? [authorizationServer.metricInvocations({ label: 'invocations', color: purple })]
            : []),
        ],
        [
          new Metric({
            namespace: 'AWS/ECS',
            metricName: 'CPUUtilization',
            dimensionsMap: {
              ClusterName: service.cluster.clusterName,
              ServiceName: service.serviceName,
            },
            // ECS writes one sample per task and minute.
            statistic: Stats.SAMPLE_COUNT,
            period: Duration.minutes(1),
            label: 'tasks',
            color: green,
          }),
        ],
      ),
    ];
  }
}

const errorMetrics = ({
  loadBalancer,
  authorizationServer,
  grantTable,
}: DashboardProps): readonly IMetric[] => [
  loadBalancer.metrics.custom('HTTPCode_Target_5XX_Count', {
    statistic: Stats.SUM,
    label: 'server 5xx',
    color: red,
  }),
  loadBalancer.metrics.custom('HTTPCode_ELB_5XX_Count', {
    statistic: Stats.SUM,
    label: 'load balancer 5xx',
    color: orange,
  }),
  ...(authorizationServer
    ? [
        authorizationServer.metricErrors({ label: 'authorization server errors', color: purple }),
        authorizationServer.metricThrottles({ label: 'authorization server throttled' }),
      ]
    : []),
  ...(grantTable
    ? [
        new Metric({
          namespace: 'AWS/DynamoDB',
          metricName: 'WriteThrottleEvents',
          dimensionsMap: { TableName: grantTable.tableName },
          statistic: Stats.SUM,
          label: 'table throttled',
        }),
      ]
    : []),
];
