import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Writable } from 'node:stream';
import { counting, embeddedMetricLine, MetricCounter } from '../oauth/embedded-metric.ts';
import type { MetricName } from '../oauth/metric.ts';
import type { SecurityLog } from '../oauth/security-event.ts';

/**
 * Metrics of one process: counted from the very events that are logged, so that the two cannot
 * disagree, and written as one EMF line a minute and one at the end.
 */

const flushMs = 60_000;
const delayResolutionMs = 50;

export interface MetricsOptions {
  /** Names the deployment in CloudWatch. */
  readonly namespace: string;
  /** Tools with a metric of their own. */
  readonly tools: readonly string[];
  /** Gets the lines: the same stream as the events, of which CloudWatch takes the metrics out. */
  readonly output: Writable;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Events that the log lost so far. */
  readonly droppedLines: () => number;
}

export interface Metrics {
  /** Counts an event before it is logged. */
  counting(securityLog: SecurityLog): SecurityLog;
  /** From now on a line every minute. */
  start(openCalls: () => number): void;
  /** Writes what is left; waits for the stream at most a second. */
  close(): Promise<void>;
}

const nanosecondsPerMs = 1_000_000;

/** How late timers are, 99th percentile since the last reading. */
const createDelayMeter = () => {
  const histogram = monitorEventLoopDelay({ resolution: delayResolutionMs });
  histogram.enable();
  let readAt = performance.now();
  return {
    read: (): number => {
      const now = performance.now();
      // The histogram holds whole intervals between timers, the interval itself included. An empty
      // one says that no timer has run since the last reading.
      const interval =
        histogram.count === 0 ? now - readAt : histogram.percentile(99) / nanosecondsPerMs;
      histogram.reset();
      readAt = now;
      return Math.max(0, Math.round((interval - delayResolutionMs) * 10) / 10);
    },
    close: () => histogram.disable(),
  };
};

class ProcessMetrics implements Metrics {
  readonly #options: MetricsOptions;
  readonly #counter: MetricCounter;
  readonly #delay = createDelayMeter();
  #openCalls: () => number = () => 0;
  #droppedBefore = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: MetricsOptions) {
    this.#options = options;
    this.#counter = new MetricCounter(options.tools);
  }

  counting(securityLog: SecurityLog): SecurityLog {
    return counting(this.#counter, securityLog);
  }

  start(openCalls: () => number): void {
    this.#openCalls = openCalls;
    this.#timer = setInterval(() => this.#flush(), flushMs);
    this.#timer.unref();
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    return new Promise((resolve) => {
      const patience = setTimeout(resolve, 1000);
      this.#flush(() => {
        clearTimeout(patience);
        resolve();
      });
      this.#delay.close();
    });
  }

  /** A stuck reader gets nothing: counts stay and go out with the next line. */
  #flush(done?: () => void): void {
    const { output } = this.#options;
    if (output.destroyed || output.writableNeedDrain) {
      done?.();
      return;
    }
    const { namespace, now } = this.#options;
    const values = new Map<MetricName, number | readonly number[]>([
      ...this.#readings(),
      ...this.#counter.take(),
    ]);
    const component = 'resource-server';
    const line = embeddedMetricLine({ time: now(), namespace, component, values });
    output.write(`${line}\n`, () => done?.());
  }

  #readings(): readonly (readonly [MetricName, number])[] {
    const dropped = this.#options.droppedLines();
    const lost = dropped - this.#droppedBefore;
    this.#droppedBefore = dropped;
    return [
      ['OpenCalls', this.#openCalls()],
      // Always there, also as zero: its absence says that a task has gone silent.
      ['LogLinesDropped', lost],
      ['EventLoopDelay', this.#delay.read()],
    ];
  }
}

/**
 * Guarantees: one line a minute whatever the traffic, names of the catalogue only, never waits for
 * the stream. Does not survive the process: call `close` before leaving.
 */
export const createMetrics = (options: MetricsOptions): Metrics => new ProcessMetrics(options);
