import { runInNewContext } from 'node:vm';
import { extractMetrics } from '../support/embedded-metric.ts';
import { compileQuery, type LogLine } from '../support/logs-insights.ts';
import { aServer, type Resource, resourcesOf } from '../support/synth.ts';

/**
 * The alarms of a synthesised template, rung by lines of a log as CloudWatch would ring them: queries
 * on their schedule, metrics in their periods. An alarm rings when it was silent before.
 */
export interface DeployedAlarm {
  /** Of the detection: `D15`. */
  readonly number: string;
  /** Milliseconds at which it rings, for a day that begins and ends so. */
  readonly rings: (lines: readonly LogLine[], day: Span) => readonly number[];
}

export interface Span {
  readonly from: number;
  readonly to: number;
  /** When in its period a schedule happens to have begun. */
  readonly phaseSeconds?: number;
}

interface MetricQuery {
  readonly Id: string;
  readonly Expression?: string;
  readonly MetricStat?: {
    readonly Metric: { readonly MetricName: string };
    readonly Stat: string;
    readonly Period: number;
  };
}

const numberOf = ({ Properties }: Resource): string =>
  /^(D\d+):/.exec(Properties.AlarmDescription)?.[1] ?? '';

/** The moments at which it starts to be true. */
const starts = (moments: readonly number[], isOver: (moment: number) => boolean) => {
  const over = moments.map(isOver);
  return moments.filter((_, index) => over[index] && !over[index - 1]);
};

const everyMoment = ({ from, to }: Span, first: number, step: number): readonly number[] =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => first + index * step);

const periodOf = (expression: string): number => {
  const [, count] = /^rate\((\d+) minutes?\)$/.exec(expression) ?? [];
  if (count === undefined) throw new Error(`outside the subset: ${expression}`);
  return Number(count) * 60_000;
};

const logAlarm = (resource: Resource): DeployedAlarm => {
  const {
    QueryString: text,
    AggregationExpression: aggregation,
    ScheduleConfiguration: {
      ScheduleExpression: schedule,
      StartTimeOffset: start,
      EndTimeOffset: end,
    },
  } = resource.Properties.ScheduledQueryConfiguration;
  const query = compileQuery(`${text} | stats ${aggregation} as found`);
  const isOver = (lines: readonly LogLine[], moment: number): boolean => {
    const window = lines.filter(
      ({ timestamp = 0 }) => timestamp >= moment - start * 1000 && timestamp < moment - end * 1000,
    );
    return query(window).some(({ found }) => Number(found) >= resource.Properties.Threshold);
  };
  return {
    number: numberOf(resource),
    rings: (lines, day) => {
      const first = day.from + (day.phaseSeconds ?? 0) * 1000;
      return starts(everyMoment(day, first, periodOf(schedule)), (moment) => isOver(lines, moment));
    },
  };
};

const comparisons: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
};

const functions = {
  IF: (condition: boolean, then: number, otherwise: number) => (condition ? then : otherwise),
  FILL: (value: number | undefined, instead: number) => value ?? instead,
};

/** Sums of one metric by period; nothing where nobody wrote one. */
const sumsOf = (lines: readonly LogLine[], name: string, periodMs: number) => {
  const sums = new Map<number, number>();
  for (const { message } of lines)
    for (const { name: written, values } of extractMetrics(message)) {
      if (written !== name) continue;
      const period = Math.floor(JSON.parse(message)._aws.Timestamp / periodMs) * periodMs;
      sums.set(period, (sums.get(period) ?? 0) + values.reduce((sum, value) => sum + value, 0));
    }
  return sums;
};

const queriesOf = ({ Properties }: Resource): readonly MetricQuery[] =>
  Properties.Metrics ?? [
    {
      Id: 'only',
      MetricStat: {
        Metric: { MetricName: Properties.MetricName },
        Stat: Properties.Statistic,
        Period: Properties.Period,
      },
    },
  ];

const metricAlarm = (resource: Resource): DeployedAlarm => {
  const { ComparisonOperator: operator, Threshold: threshold } = resource.Properties;
  const queries = queriesOf(resource);
  const stats = queries.flatMap(({ Id, MetricStat }) =>
    MetricStat ? [{ Id, ...MetricStat }] : [],
  );
  const expression = queries.find(({ Expression }) => Expression)?.Expression ?? 'only';
  const [{ Period = 0 } = {}] = stats;
  const isPlain = stats.every(({ Stat, Period: period }) => Stat === 'Sum' && period === Period);
  if (!isPlain || resource.Properties.EvaluationPeriods !== 1)
    throw new Error(`outside the subset: ${JSON.stringify(resource.Properties)}`);
  const periodMs = Period * 1000;
  return {
    number: numberOf(resource),
    rings: (lines, day) => {
      const sums = stats.map(
        ({ Id, Metric: { MetricName } }) => [Id, sumsOf(lines, MetricName, periodMs)] as const,
      );
      const first = Math.floor(day.from / periodMs) * periodMs;
      return starts(everyMoment(day, first, periodMs), (period) => {
        const values = Object.fromEntries(sums.map(([id, sum]) => [id, sum.get(period)]));
        const value = runInNewContext(expression, { ...functions, ...values });
        return value !== undefined && comparisons[operator]?.(value, threshold) === true;
      });
    },
  };
};

/** Findings are counted by metric filters; those alarms are not here, but all others of detections. */
export const deployedAlarms = () => {
  const template = aServer().template();
  const namespace: string = resourcesOf(template, 'AWS::Logs::MetricFilter')[0]?.Properties
    .MetricTransformations[0].MetricNamespace;
  const ofFindings = ({ Properties }: Resource) => Properties.MetricName === 'Detections';
  const onMetrics = resourcesOf(template, 'AWS::CloudWatch::Alarm')
    .filter((alarm) => numberOf(alarm) !== '' && !ofFindings(alarm))
    .map(metricAlarm);
  const onLogs = resourcesOf(template, 'AWS::CloudWatch::LogAlarm').map(logAlarm);
  return { namespace, onMetrics, onLogs };
};
