import { Writable } from 'node:stream';
import type { SecurityLog } from '../../oauth/security-event.ts';
import { createMetrics, type Metrics } from '../../server/metrics.ts';
import { type BufferedSecurityLog, createSecurityLog } from '../../server/security-log.ts';
import type { LogLine } from '../support/logs-insights.ts';

/**
 * What stands in the log of a task at the end: events and metrics, by the real writers, into a stream
 * whose reader may be stuck. As in CloudWatch, the time of a line is when it was read.
 */
export class WrittenLog extends Writable {
  readonly lines: LogLine[] = [];
  readonly securityLog: SecurityLog;
  readonly metrics: Metrics;
  readonly #buffer: BufferedSecurityLog;
  #isStuck = false;
  #waiting: (() => void) | undefined;

  /** The clock and the intervals of the test have to be set before. */
  constructor(namespace: string) {
    super({ decodeStrings: false });
    this.#buffer = createSecurityLog(this);
    this.metrics = createMetrics({
      namespace,
      tools: [],
      output: this,
      now: Date.now,
      droppedLines: () => this.#buffer.dropped,
    });
    this.securityLog = this.metrics.counting(this.#buffer);
    this.metrics.start(() => 0);
  }

  get dropped(): number {
    return this.#buffer.dropped;
  }

  stick(): void {
    this.#isStuck = true;
  }

  async readOn(): Promise<void> {
    this.#isStuck = false;
    this.#waiting?.();
    this.#waiting = undefined;
    await this.flush();
  }

  async flush(): Promise<void> {
    // The moved clock does not pass while the buffer waits for its reader.
    await new Promise((resolve) => setImmediate(resolve));
    if (!this.#isStuck) await this.#buffer.flush(1);
  }

  override _write(text: string, _: BufferEncoding, done: () => void): void {
    const read = (): void => {
      const timestamp = Date.now();
      for (const message of text.split('\n').filter(Boolean))
        this.lines.push({ message, timestamp, logStream: 'task-1', log: 'server' });
      done();
    };
    if (this.#isStuck) this.#waiting = read;
    else read();
  }
}
