import { Duration } from 'aws-cdk-lib';
import { Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type CallOutcome,
  type CountedReason,
  callOutcomes,
  countedReasons,
  type LoginStep,
  loginSteps,
  type MetricName,
} from '../../oauth/metric.ts';

/** Dimension of `Detections`: the event code of the finding, such as `detection.cross_tenant_probe`. */
export const detectionDimension = 'Detection';
export const detectionsMetric = 'Detections';
export const severeEventsMetric = 'SevereEvents';

const oneOf = <T extends string>(name: string, values: readonly T[], value: string): T => {
  if (!(values as readonly string[]).includes(value))
    throw new Error(`'${name}' must be one of ${values.join(', ')}, got ${value}`);
  return value as T;
};

/** What the servers count, as CloudWatch metrics: per five minutes unless asked otherwise. */
export class ServerMetrics {
  readonly namespace: string;

  constructor(namespace: string) {
    this.namespace = namespace;
  }

  /** Calls that ended so, such as `allowed` or `unauthenticated`. */
  calls(outcome: string, options?: MetricOptions): Metric {
    const known: CallOutcome = oneOf('outcome', callOutcomes, outcome);
    return this.sum(`Calls_${known}`, options);
  }

  /** Refusals of both servers for this reason; the rare ones together are `other`. */
  refusals(reason: string, options?: MetricOptions): Metric {
    const known: CountedReason = oneOf('reason', [...countedReasons, 'other'], reason);
    return this.sum(`Refusals_${known}`, options);
  }

  /** What happened at the authorization server, such as `completed` or `refused`. */
  logins(step: string, options?: MetricOptions): Metric {
    const known: LoginStep = oneOf('step', loginSteps, step);
    return this.sum(`Logins_${known}`, options);
  }

  /** From the first byte of an allowed call to the begin of its answer: 99th percentile. */
  callDuration(options?: MetricOptions): Metric {
    return this.metric('CallDuration', { statistic: Stats.percentile(99), ...options });
  }

  /** How late timers run in the worst task. */
  eventLoopDelay(options?: MetricOptions): Metric {
    return this.metric('EventLoopDelay', { statistic: Stats.MAXIMUM, ...options });
  }

  /** Calls and streams under way in the busiest task. */
  openCalls(options?: MetricOptions): Metric {
    return this.metric('OpenCalls', { statistic: Stats.MAXIMUM, ...options });
  }

  logLinesDropped(options?: MetricOptions): Metric {
    return this.sum('LogLinesDropped', options);
  }

  keyRefreshFailures(options?: MetricOptions): Metric {
    return this.sum('KeyRefreshFailures', options);
  }

  /** Findings of one detection, by its id. */
  detections(id: string, options?: MetricOptions): Metric {
    const dimensionsMap = { [detectionDimension]: `detection.${id}` };
    return this.metric(detectionsMetric, { statistic: Stats.SUM, dimensionsMap, ...options });
  }

  /** Events of severity high and critical, of all components. */
  severeEvents(options?: MetricOptions): Metric {
    return this.metric(severeEventsMetric, { statistic: Stats.SUM, ...options });
  }

  private sum(metricName: MetricName, options?: MetricOptions): Metric {
    return this.metric(metricName, { statistic: Stats.SUM, ...options });
  }

  private metric(metricName: string, options: MetricOptions): Metric {
    const { namespace } = this;
    return new Metric({ namespace, metricName, period: Duration.minutes(5), ...options });
  }
}
