import { offer, requestsOf, startLimitedTask } from './limited-task.ts';
import { startLoadBalancer, startStore } from './load-balancer.ts';
import { processCpu } from './process-cpu.ts';
import { findSaturation, type Step } from './saturation.ts';
import type { Signer } from './tokens.ts';

/**
 * What another task brings and what it costs: 1, 2 and 4 of a quarter of a vCPU, all on one core,
 * behind HAProxy on the other one, which stands in for the load balancer. Two cores hold no more.
 */

const counts = [1, 2, 4];

/** What one task holds as well, so that all are compared doing the same. */
const evenRate = 800;
const evenMs = 5000;
const stepMs = 3000;

interface Measured {
  readonly even: Step;
  /** CPU of HAProxy per call, in microseconds. */
  readonly balancing: number;
  readonly saturation?: number;
}

interface Plan {
  readonly count: number;
  readonly store?: string;
  /** Otherwise the even rate is all. */
  readonly isToBeSaturated: boolean;
}

/** As long as there is something to stop, whatever happens. */
const withTasks = async <T>(
  { count, store }: Plan,
  signer: Signer,
  work: (
    servers: Awaited<ReturnType<typeof startLimitedTask>>['server'][],
    balancer: Awaited<ReturnType<typeof startLoadBalancer>>,
  ) => Promise<T>,
): Promise<T> => {
  const stops: (() => Promise<void>)[] = [];
  try {
    const servers = [];
    for (let index = 0; index < count; index += 1) {
      const environment = { ...(store !== undefined && { BENCH_SHARED_STORE: store }) };
      const { server, stop } = await startLimitedTask('ours', signer, environment);
      stops.push(stop);
      servers.push(server);
    }
    const balancer = await startLoadBalancer(servers.map(({ port }) => port));
    stops.push(balancer.stop);
    return await work(servers, balancer);
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
};

const measured = (plan: Plan, signer: Signer): Promise<Measured> =>
  withTasks(plan, signer, async (servers, balancer) => {
    const order = { port: balancer.port, requests: requestsOf(signer) };
    const probe = (rate: number, milliseconds = stepMs) =>
      offer(servers, { ...order, rate, milliseconds });
    const before = processCpu(balancer.pid);
    const even = await probe(evenRate, evenMs);
    const balancing = ((processCpu(balancer.pid) - before) * 1000) / even.answered;
    if (!plan.isToBeSaturated) return { even, balancing };
    const from = 1100 * plan.count;
    const { rate } = await findSaturation(probe, {
      ...{ from, factor: 1.5, precision: 0.11, mostSteps: 12 },
    });
    return { even, balancing, saturation: rate };
  });

const label = (count: number): string => (count === 1 ? '1 task' : `${count} tasks`);

const evenFigures = (name: string, { even, balancing }: Measured): Record<string, number> => ({
  [`${name}, CPU of a call at ${evenRate} calls a second (µs)`]: even.cpu,
  [`${name}, p50 at ${evenRate} calls a second (ms)`]: even.p50,
  [`${name}, p99 at ${evenRate} calls a second (ms)`]: even.p99,
  [`${name}, CPU of HAProxy for it (µs)`]: balancing,
});

export const taskFigures = async (signer: Signer): Promise<Record<string, number>> => {
  const figures: Record<string, number> = {};
  for (const count of counts) {
    const result = await measured({ count, isToBeSaturated: true }, signer);
    figures[`${label(count)}, saturation (calls/s)`] = result.saturation ?? Number.NaN;
    Object.assign(figures, evenFigures(label(count), result));
  }
  const store = await startStore();
  try {
    const plan = { count: 2, store: `redis://127.0.0.1:${store.port}`, isToBeSaturated: false };
    const result = await measured(plan, signer);
    return { ...figures, ...evenFigures('2 tasks that count together in Redis', result) };
  } finally {
    await store.stop();
  }
};
