import { defaultRateLimits } from '../../oauth/rate-limit.ts';

/**
 * What a task can take, by its CPU units, and when another one is started. Measured with the
 * smallest task there is (docs/performance.md, Scaling; `test/lib/service/task-capacity.test.ts`
 * compares the two).
 */

/** A quarter of a vCPU, the smallest task there is. */
export const smallestCpu = 256;

/** A process of Node computes on one core, however many its task has. */
const oneCore = 1024;

/** The share of what a task can take at which another one is started: that takes minutes. */
export const headroom = 0.6;

/** How long a call waits for something else, at the most, if places are to suffice. */
const waitSeconds = 3;

/** Calls that a task has under way at most: `MAX_CONCURRENT_CALLS` of the server. */
export const concurrentCallsOf = (cpu: number): number =>
  Math.round((defaultRateLimits.concurrentCalls * Math.min(cpu, oneCore)) / smallestCpu);

/**
 * Calls a minute at which another task is started. It is for tools that wait instead of computing,
 * which the CPU does not show: at this rate, calls of three seconds take as much of a task's places as
 * CPU is taken when it is scaled for that (Little's law). Far below the rate that saturates a task
 * with a tool that does nothing, so CPU decides wherever calls are computed.
 */
export const requestsPerMinute = (cpu: number): number =>
  Math.floor(((headroom * concurrentCallsOf(cpu)) / waitSeconds) * 60);

/**
 * Percent of a task's CPU at which another one is started. Of what its processes can use: one that
 * fills its one core of four shows as 25 %, and would never be 60.
 */
export const cpuPercent = (cpu: number, processes: number): number =>
  Math.round(headroom * 100 * Math.min(1, (processes * oneCore) / cpu));
