import { parseArgs } from 'node:util';
import { reasonAgainstQuota } from './cpu-quota.ts';
import { enduranceFigures } from './endurance.ts';
import { growthFigures } from './growth.ts';
import { reasonAgainstProgram } from './load-balancer.ts';
import { loginFigures } from './login.ts';
import { type Effort, measure, type Scenario } from './measure.ts';
import { partFigures } from './parts.ts';
import { writePlot } from './plot.ts';
import { quarterFigures } from './quarter.ts';
import {
  describeMachine,
  type GroupResult,
  markdownOf,
  type Results,
  readResults,
  writeResults,
} from './report.ts';
import { groups } from './scenarios.ts';
import { sizeFigures } from './sizes.ts';
import { startUpFigures } from './start-up.ts';
import { streamFigures } from './streams.ts';
import { writeTargets } from './targets-table.ts';
import { taskFigures } from './tasks.ts';
import { createSigner } from './tokens.ts';

/**
 * `npm run bench`: every group in turn, or those that are named. `--quick` takes a single short
 * round of the calls, prints it and keeps nothing: short rounds say which way, not how far.
 * `--draw` measures nothing and makes tables and plots of what is there.
 */

const efforts: Readonly<Record<'full' | 'quick', Effort>> = {
  full: { rounds: 3, warmMs: 800, sampleMs: 1500, warmCalls: 12_000 },
  quick: { rounds: 1, warmMs: 500, sampleMs: 1000, warmCalls: 3000 },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    draw: { type: 'boolean', default: false },
  },
});

const tell = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const signer = createSigner();
const machine = describeMachine();
const pattern = new RegExp(values.only);

const measureGroup = async (scenarios: readonly Scenario[]): Promise<GroupResult> => {
  const effort = efforts[values.quick ? 'quick' : 'full'];
  const rows = await measure(scenarios, { jwks: signer.jwks, effort, report: tell });
  return { measuredAt: new Date().toISOString(), machine, rows };
};

/** Groups that are no comparison of servers: what they measure, they measure themselves. */
const figureGroups: Readonly<Record<string, () => Promise<Record<string, number>>>> = {
  parts: () => partFigures(signer),
  endurance: () => enduranceFigures(signer),
  'start-up': () => startUpFigures(signer),
  quarter: () => quarterFigures(signer),
  tasks: () => taskFigures(signer),
  growth: () => growthFigures(signer),
  streams: () => streamFigures(signer, 5000),
  login: () => loginFigures(),
  sizes: sizeFigures,
};

/** Groups that need more than Node, and why they cannot run here. */
const obstacles: Readonly<Record<string, () => string | undefined>> = {
  quarter: reasonAgainstQuota,
  tasks: () =>
    reasonAgainstQuota() ?? reasonAgainstProgram('haproxy') ?? reasonAgainstProgram('redis-server'),
};

const figuresOf = async (run: () => Promise<Record<string, number>>): Promise<GroupResult> => {
  const figures = await run();
  return { measuredAt: new Date().toISOString(), machine, rows: [], figures };
};

const run = (name: string): Promise<GroupResult> => {
  const figures = figureGroups[name];
  if (figures) return figuresOf(figures);
  const group = groups[name];
  const known = [...Object.keys(groups), ...Object.keys(figureGroups)];
  if (!group) throw new Error(`there is no group '${name}'; groups are ${known.join(', ')}`);
  return measureGroup(group(signer).filter((scenario) => pattern.test(scenario.name)));
};

/** Everything that is made of the results. */
const draw = (results: Results): void => {
  writeResults(results);
  writeTargets(results);
  for (const [name, result] of Object.entries(results)) writePlot(name, result);
};

const measureAll = async (names: readonly string[]): Promise<void> => {
  for (const name of names) {
    const obstacle = obstacles[name]?.();
    if (obstacle !== undefined) {
      tell(`SKIPPED ${name}: ${obstacle}`);
      continue;
    }
    const result = await run(name);
    process.stdout.write(`${markdownOf({ [name]: result })}\n`);
    if (!values.quick && values.only === '') draw({ ...readResults(), [name]: result });
  }
};

const all = values.quick ? ['calls'] : [...Object.keys(groups), ...Object.keys(figureGroups)];
if (values.draw) draw(readResults());
else await measureAll(positionals.length > 0 ? positionals : all);
