import { createCpuQuota } from './cpu-quota.ts';
import type { LoadOrder } from './generator.ts';
import { callOf, echoedText, rawRequest } from './requests.ts';
import {
  findSaturation,
  rateUsing,
  type Saturation,
  type Search,
  type Step,
  usedBy,
} from './saturation.ts';
import { imageOptions } from './scenarios.ts';
import { putLoad, type ServerProcess, startServer } from './server-process.ts';
import { accessTokens, type Signer } from './tokens.ts';

/**
 * The smallest task there is, a quarter of a vCPU: how many calls a second it takes, and how long a
 * call takes at the share of them that services are scaled at.
 */

export const quarterOfVcpu = 0.25;

/** What auto-scaling aims at (`lib/service/scaling-targets.ts`). */
export const scaledAt = 0.6;

/** As many as a load balancer keeps open to one task. */
const connections = 64;
const stepMs = 3500;
const calmMs = 8000;

interface Subject {
  readonly server: ServerProcess;
  readonly requests: readonly string[];
}

const cpuOf = async (servers: readonly ServerProcess[]): Promise<number> => {
  const gauges = await Promise.all(servers.map(({ read }) => read()));
  return gauges.reduce((sum, { cpuMicroseconds }) => sum + cpuMicroseconds, 0);
};

/** What came of an even rate. A generator that cannot keep it says nothing about the servers. */
export const offer = async (
  servers: readonly ServerProcess[],
  order: Omit<LoadOrder, 'connections'> & { readonly rate: number },
): Promise<Step> => {
  // What the one before has left behind is not this one's.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const before = await cpuOf(servers);
  const report = await putLoad({ ...order, connections });
  const used = (await cpuOf(servers)) - before;
  const { offered, answered, broken, statuses, p50, p99, sample, lagP99 } = report;
  if (lagP99 > 25) throw new Error(`the generator was ${lagP99} ms late itself`);
  if (!sample.includes(echoedText)) throw new Error(`not an answer of the tool: ${sample}`);
  const failed = answered - (statuses[200] ?? 0) + broken;
  return { rate: order.rate, offered, answered, failed, p50, p99, cpu: used / answered };
};

const limited = async <T>(
  name: string,
  signer: Signer,
  work: (subject: Subject) => Promise<T>,
): Promise<T> => {
  const options = name === 'ours' ? imageOptions : [];
  const quota = createCpuQuota(`bench-quarter-${process.pid}`, quarterOfVcpu);
  const server = await startServer(name, { BENCH_JWKS: signer.jwks }, options);
  try {
    const requests = accessTokens(signer, 64).map((token) => rawRequest(callOf('echo'), token));
    const { port } = server;
    await putLoad({ port, requests, connections: 16, count: 12_000, milliseconds: 20_000 });
    quota.hold(server.child.pid as number);
    return await work({ server, requests });
  } finally {
    await server.stop();
    quota.remove();
  }
};

interface Found {
  readonly saturation: Saturation;
  /** At {@link scaledAt} of the rate that saturates it. */
  readonly calm: Step;
}

const saturate = (name: string, signer: Signer, search: Search): Promise<Found> =>
  limited(name, signer, async ({ server, requests }) => {
    const { port } = server;
    const probe = (rate: number, milliseconds = stepMs): Promise<Step> =>
      offer([server], { port, requests, rate, milliseconds });
    const saturation = await findSaturation(probe, search);
    const calm = await probe(Math.round(saturation.rate * scaledAt), calmMs);
    return { saturation, calm };
  });

export const saturationFigure = 'ours, saturation of a quarter of a vCPU (calls/s)';
export const scalingFigure = 'ours, rate that uses 60 % of a quarter of a vCPU (calls/s)';

const search = { factor: 1.6, mostSteps: 16 };

/** Their curves are drawn from these names: see {@link curveOf}. */
const stepFigures = (label: string, { steps }: Saturation): Record<string, number> =>
  Object.fromEntries(
    steps.flatMap((step) => [
      [`${label}, p99 at ${step.rate} calls a second (ms)`, step.p99],
      [`${label}, vCPUs in use at ${step.rate} calls a second`, usedBy(step)],
    ]),
  );

export interface Point {
  readonly rate: number;
  readonly p99: number;
}

/** The steps of one server, of the figures of this group. */
export const curveOf = (figures: Readonly<Record<string, number>>, label: string): Point[] =>
  Object.entries(figures).flatMap(([name, p99]) => {
    const match = /^(.*), p99 at (\d+) calls a second \(ms\)$/.exec(name);
    return match?.[1] === label ? [{ rate: Number(match[2]), p99 }] : [];
  });

const calmFigures = (label: string, { calm }: Found): Record<string, number> => ({
  [`${label}, p50 at 60 % of the saturation (ms)`]: calm.p50,
  [`${label}, p99 at 60 % of the saturation (ms)`]: calm.p99,
  [`${label}, vCPUs in use at 60 % of the saturation`]: usedBy(calm),
});

/** A call is dearest where there are fewest: it has every turn of the event loop to itself. */
const loneFigure = (label: string, { saturation }: Found): Record<string, number> => {
  const [first] = saturation.steps as [Step, ...Step[]];
  return { [`${label}, CPU of a call at ${first.rate} calls a second (µs)`]: first.cpu };
};

export const quarterFigures = async (signer: Signer): Promise<Record<string, number>> => {
  const ours = await saturate('ours', signer, { ...search, from: 200, precision: 0.07 });
  const xv = await saturate('sdk-v2-express', signer, { ...search, from: 100, precision: 0.15 });
  return {
    [saturationFigure]: ours.saturation.rate,
    [scalingFigure]: rateUsing(quarterOfVcpu * scaledAt, ours.saturation.steps),
    'XV, saturation of a quarter of a vCPU (calls/s)': xv.saturation.rate,
    ...loneFigure('ours', ours),
    ...loneFigure('XV', xv),
    ...calmFigures('ours', ours),
    ...calmFigures('XV', xv),
    ...stepFigures('ours', ours.saturation),
    ...stepFigures('XV', xv.saturation),
  };
};
