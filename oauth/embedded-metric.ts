import { Distribution } from './distribution.ts';
import { type MetricName, observationOf, steadyMetrics, unitOf } from './metric.ts';
import type { SecurityEvent, SecurityLog } from './security-event.ts';

/**
 * Counts between two flushes, and the one line that carries them to CloudWatch: Embedded Metric
 * Format, one JSON object per log event. No dimensions: the namespace names the deployment, the
 * metric's name says the rest, so one line holds everything.
 */

/** EMF takes this many values of one metric, and this many metrics, per line. */
const emfLimit = 100;

export interface EmbeddedMetrics {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly namespace: string;
  readonly component: 'resource-server' | 'authorization-server';
  readonly values: ReadonlyMap<MetricName, number | readonly number[]>;
}

/**
 * One line, without a line break. Guarantees what the format demands: at most 100 metrics of at most
 * 100 finite values, each a member of the root; an empty set of dimensions; the steady metrics in it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const embeddedMetricLine = ({
  time,
  namespace,
  component,
  values,
}: EmbeddedMetrics): string => {
  const zeros = steadyMetrics[component].map((name) => [name, 0] as const);
  const members = [...new Map([...zeros, ...values])].slice(0, emfLimit);
  return JSON.stringify({
    _aws: {
      Timestamp: time,
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [[]],
          Metrics: members.map(([name]) => ({ Name: name, Unit: unitOf(name) })),
        },
      ],
    },
    component,
    ...Object.fromEntries(members),
  });
};

/** Counts every event before it is logged. A count that fails must not cost the event, nor the call. */
export const counting = (counter: MetricCounter, securityLog: SecurityLog): SecurityLog => ({
  record: (event) => {
    try {
      counter.count(event);
    } catch {
      // The event itself is what matters.
    }
    securityLog.record(event);
  },
});

/** Counts security events until somebody takes the counts. Bounded by the catalogue of metrics. */
export class MetricCounter {
  readonly #tools: readonly string[];
  #counts = new Map<MetricName, number>();
  #callDuration = new Distribution();

  /** @param tools names that get a metric of their own; see `toolMetricLimit` */
  constructor(tools: readonly string[] = []) {
    this.#tools = tools;
  }

  count(event: SecurityEvent): void {
    const { counts, callDuration } = observationOf(event, this.#tools);
    for (const name of counts) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    if (callDuration !== undefined) this.#callDuration.add(callDuration);
  }

  /** What was counted since the last time, without zeros: a metric costs while it has values. */
  take(): ReadonlyMap<MetricName, number | readonly number[]> {
    const taken = new Map<MetricName, number | readonly number[]>(this.#counts);
    if (this.#callDuration.count > 0)
      taken.set('CallDuration', this.#callDuration.summary(emfLimit));
    this.#counts = new Map();
    this.#callDuration = new Distribution();
    return taken;
  }
}
