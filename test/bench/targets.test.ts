import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Measurement } from '../../bench/measure.ts';
import { type GroupResult, type Results, readResults } from '../../bench/report.ts';
import { groups } from '../../bench/scenarios.ts';
import type { Target } from '../../bench/target.ts';
import { targets } from '../../bench/targets.ts';
import { holds, withTargets } from '../../bench/targets-table.ts';
import { createSigner } from '../../bench/tokens.ts';

const document = readFileSync(new URL('../../docs/performance.md', import.meta.url), 'utf8');

const aMeasurement = (name: string): Measurement => ({
  name,
  cpu: 100,
  rounds: [100],
  perSecond: 10_000,
  p50: 1,
  p99: 2,
  residentMegabytes: 100,
  loopDelayP99: 10,
  logBytes: 1000,
});

const aGroup = (changes: Partial<GroupResult>): GroupResult => ({
  measuredAt: '2026-11-26T00:00:00.000Z',
  machine: 'a machine',
  rows: [],
  ...changes,
});

describe('the targets in docs/performance.md', () => {
  it('say what the results say: npm run bench -- --draw', () => {
    expect(withTargets(document, readResults())).toBe(document);
  });

  it('need rows that are measured, because a row with a new name would only look unmeasured', () => {
    const signer = createSigner();
    const ofRows = Object.fromEntries(
      Object.entries(groups).map(([name, group]) => [
        name,
        aGroup({ rows: group(signer).map((scenario) => aMeasurement(scenario.name)) }),
      ]),
    );
    // Figures have no names before they are measured, so any will do.
    const figures = new Proxy({}, { get: () => 1 });
    const results = new Proxy<Results>(ofRows, {
      get: (measured, name) => measured[String(name)] ?? aGroup({ figures }),
    });
    const unmeasured = targets.filter(({ measured }) => measured(results) === undefined);
    expect(unmeasured.map(({ name }) => name)).toEqual([]);
  });

  it('are judged on the side of their limit, before anything is rounded', () => {
    const target = (limits: Partial<Target>) => ({ ...(targets[0] as Target), ...limits });
    const most = target({ atMost: 2, atLeast: undefined });
    const least = target({ atMost: undefined, atLeast: 2 });
    expect([1.9, 2, 2.001].map((value) => holds(most, value))).toEqual([true, true, false]);
    expect([1.999, 2, 2.1].map((value) => holds(least, value))).toEqual([false, true, true]);
  });
});

it('the tests that docs/performance.md names are there, because a target without one is a wish', () => {
  const named = [...document.matchAll(/`(test\/[^`]+\.ts)`/g)].map(([, file]) => file as string);
  expect(named.length).toBeGreaterThan(10);
  const root = new URL('../../', import.meta.url);
  expect(named.filter((file) => !existsSync(new URL(file, root)))).toEqual([]);
});
