import { offer, quarterOfVcpu, requestsOf, startLimitedTask } from './limited-task.ts';
import {
  findSaturation,
  rateUsing,
  type Saturation,
  type Search,
  type Step,
  usedBy,
} from './saturation.ts';
import type { Signer } from './tokens.ts';

/**
 * The smallest task there is, a quarter of a vCPU: how many calls a second it takes, and how long a
 * call takes at the share of them that services are scaled at.
 */

/** What auto-scaling aims at (`lib/service/task-capacity.ts`). */
export const scaledAt = 0.6;

const stepMs = 3500;
const calmMs = 8000;

interface Found {
  readonly saturation: Saturation;
  /** At {@link scaledAt} of the rate that saturates it. */
  readonly calm: Step;
}

const saturate = async (name: string, signer: Signer, search: Search): Promise<Found> => {
  const { server, stop } = await startLimitedTask(name, signer);
  const order = { port: server.port, requests: requestsOf(signer) };
  const probe = (rate: number, milliseconds = stepMs): Promise<Step> =>
    offer([server], { ...order, rate, milliseconds });
  try {
    // Not counted: it has just been held, and comes from a crowd.
    await probe(search.from, 1500);
    const saturation = await findSaturation(probe, search);
    const calm = await probe(Math.round(saturation.rate * scaledAt), calmMs);
    return { saturation, calm };
  } finally {
    await stop();
  }
};

export const saturationFigure = 'ours, saturation of a quarter of a vCPU (calls/s)';
export const saturationOfXv = 'XV, saturation of a quarter of a vCPU (calls/s)';
const scalingFigure = 'ours, rate that uses 60 % of a quarter of a vCPU (calls/s)';

const search = { factor: 1.6, mostSteps: 16 };

/** Their curves are drawn from these names: see {@link curvesOf}. */
const stepFigures = (label: string, { steps }: Saturation): Record<string, number> =>
  Object.fromEntries(
    steps.flatMap((step) => [
      [`${label}, p99 at ${step.rate} calls a second (ms)`, step.p99],
      // What is answered after the end is counted as well, so too much would look like more than all.
      [
        `${label}, vCPUs in use at ${step.rate} calls a second`,
        Math.min(usedBy(step), quarterOfVcpu),
      ],
    ]),
  );

export interface Point {
  readonly rate: number;
  readonly p99: number;
  readonly used: number;
}

/** The steps of one server, in order, of the figures of this group. */
export const curvesOf = (figures: Readonly<Record<string, number>>, label: string): Point[] =>
  Object.entries(figures)
    .flatMap(([name, p99]) => {
      const match = /^(.*), p99 at (\d+) calls a second \(ms\)$/.exec(name);
      if (match?.[1] !== label) return [];
      const used = figures[`${label}, vCPUs in use at ${match[2]} calls a second`];
      return [{ rate: Number(match[2]), p99, used: used ?? Number.NaN }];
    })
    .sort((one, other) => one.rate - other.rate);

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
    [saturationOfXv]: xv.saturation.rate,
    ...loneFigure('ours', ours),
    ...loneFigure('XV', xv),
    ...calmFigures('ours', ours),
    ...calmFigures('XV', xv),
    ...stepFigures('ours', ours.saturation),
    ...stepFigures('XV', xv.saturation),
  };
};
