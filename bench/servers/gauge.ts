import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Loaded before every measured server: says over the process channel what the process has used so
 * far. Costs the same in all of them.
 */

export interface Gauge {
  /** User and system time of all threads, in microseconds. */
  readonly cpuMicroseconds: number;
  readonly residentBytes: number;
  /** Of JavaScript, what is garbage already included unless it has just been collected. */
  readonly heapBytes: number;
  /** Of the event loop since the last reading, in milliseconds. */
  readonly delayP99: number;
}

const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

process.on('message', (request) => {
  if (request === 'collect') globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const gauge: Gauge = {
    cpuMicroseconds: user + system,
    residentBytes: process.memoryUsage.rss(),
    heapBytes: process.memoryUsage().heapUsed,
    delayP99: delay.percentile(99) / 1e6,
  };
  delay.reset();
  process.send?.(gauge);
});
// Whoever measures is gone: so is the reason to live.
process.on('disconnect', () => process.exit(0));
