import { parseArgs } from 'node:util';
import { type Effort, measure, type Scenario } from './measure.ts';
import {
  describeMachine,
  type GroupResult,
  markdownOf,
  readResults,
  writeResults,
} from './report.ts';
import { groups } from './scenarios.ts';
import { createSigner } from './tokens.ts';

/**
 * `npm run bench`: every group in turn, or those that are named. `--quick` takes a single short
 * round of the calls, prints it and keeps nothing: short rounds say which way, not how far.
 */

const efforts: Readonly<Record<'full' | 'quick', Effort>> = {
  full: { rounds: 4, warmMs: 1200, sampleMs: 2000, warmCalls: 15_000 },
  quick: { rounds: 1, warmMs: 500, sampleMs: 1000, warmCalls: 3000 },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
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

const names = values.quick ? ['calls'] : Object.keys(groups);
for (const name of positionals.length > 0 ? positionals : names) {
  const group = groups[name];
  if (!group) throw new Error(`there is no group '${name}'; groups are ${Object.keys(groups)}`);
  const scenarios = group(signer).filter((scenario) => pattern.test(scenario.name));
  const result = await measureGroup(scenarios);
  process.stdout.write(`${markdownOf({ [name]: result })}\n`);
  if (!values.quick && values.only === '') writeResults({ ...readResults(), [name]: result });
}
