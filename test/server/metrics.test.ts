import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { securityEvent } from '../../oauth/security-event.ts';
import { createMetrics, type MetricsOptions } from '../../server/metrics.ts';
import { extractMetrics } from '../support/embedded-metric.ts';
import { RecordingLog } from '../support/resource-server.ts';

class Lines extends Writable {
  readonly lines: string[] = [];
  isStuck = false;
  #resume: (() => void) | undefined;

  constructor() {
    super({ decodeStrings: false, highWaterMark: 16 });
  }

  override _write(chunk: string, _: BufferEncoding, done: () => void): void {
    this.lines.push(chunk);
    if (this.isStuck) this.#resume = done;
    else done();
  }

  unstick(): void {
    this.isStuck = false;
    this.#resume?.();
  }

  get metrics() {
    return this.lines.map((line) =>
      Object.fromEntries(extractMetrics(line).map(({ name, values }) => [name, values])),
    );
  }
}

const context = { time: 0, correlationId: 'c', component: 'resource-server' } as const;
const allowed = securityEvent('access.allowed', context, { status: 200, durationMs: 12 });

const someMetrics = (options: Partial<MetricsOptions> = {}) => {
  const output = new Lines();
  const log = new RecordingLog();
  const metrics = createMetrics({
    namespace: 'SecureMcp/Test',
    tools: [],
    output,
    now: Date.now,
    droppedLines: () => 0,
    ...options,
  });
  return { output, log, metrics, counting: metrics.counting(log) };
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the metrics of a process', () => {
  it('are one line a minute, whatever the traffic', async () => {
    const { output, metrics, counting, log } = someMetrics();
    metrics.start(() => 3);
    for (let index = 0; index < 500; index += 1) counting.record(allowed);
    vi.advanceTimersByTime(60_000);
    expect(output.lines).toHaveLength(1);
    expect(output.metrics[0]).toMatchObject({ Calls_allowed: [500], OpenCalls: [3] });
    expect(log.events).toHaveLength(500);
    vi.advanceTimersByTime(60_000);
    expect(output.metrics[1]).toMatchObject({ Calls_allowed: [0], Calls_unauthenticated: [0] });
    expect(output.metrics[1]).not.toHaveProperty('Calls_forbidden');
    await metrics.close();
  });

  it('are written at the end too, so that a short life is counted', async () => {
    const { output, metrics, counting } = someMetrics();
    metrics.start(() => 0);
    counting.record(allowed);
    await metrics.close();
    expect(output.metrics).toMatchObject([{ Calls_allowed: [1], LogLinesDropped: [0] }]);
  });

  it('confess what the log lost since the last line', async () => {
    let dropped = 0;
    const { output, metrics } = someMetrics({ droppedLines: () => dropped });
    metrics.start(() => 0);
    dropped = 7;
    vi.advanceTimersByTime(60_000);
    dropped = 9;
    vi.advanceTimersByTime(60_000);
    expect(output.metrics.map(({ LogLinesDropped }) => LogLinesDropped)).toEqual([[7], [2]]);
    await metrics.close();
  });

  it('do not pile up in front of a stuck reader, and lose no count', async () => {
    const { output, metrics, counting } = someMetrics();
    metrics.start(() => 0);
    output.isStuck = true;
    for (let minute = 0; minute < 10; minute += 1) {
      counting.record(allowed);
      vi.advanceTimersByTime(60_000);
    }
    expect(output.lines).toHaveLength(1);
    output.unstick();
    vi.advanceTimersByTime(60_000);
    const counted = output.metrics.map(({ Calls_allowed }) => Calls_allowed?.[0] ?? 0);
    expect(counted).toEqual([1, 9]);
    await metrics.close();
  });

  it('measure how late the event loop is', async () => {
    const { output, metrics } = someMetrics();
    metrics.start(() => 0);
    await new Promise((resolve) => setTimeout(resolve, 120));
    const end = performance.now() + 250;
    while (performance.now() < end);
    await new Promise((resolve) => setTimeout(resolve, 80));
    vi.advanceTimersByTime(60_000);
    expect(output.metrics[0]?.EventLoopDelay?.[0]).toBeGreaterThan(100);
    await metrics.close();
  });

  it('never keep an event from the log, because the log is the record', () => {
    const { log, counting } = someMetrics();
    const recorded: unknown[] = [];
    // Not one of ours, so not checked by the log of the tests.
    log.record = (event) => recorded.push(event);
    const broken = { metadata: {} } as never;
    counting.record(broken);
    expect(recorded).toEqual([broken]);
  });
});
