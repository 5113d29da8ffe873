import { expect, it } from 'vitest';
import { soak, soakProblems } from './soak.ts';

/** `SOAK_SECONDS=60` for the short soak; ten minutes are `node test/server/container/soak.ts 600`. */
const seconds = Number(process.env.SOAK_SECONDS ?? 0);
if (seconds === 0) process.stderr.write('SKIPPED: the soak runs with SOAK_SECONDS=60\n');

it.skipIf(seconds === 0)(
  'mixed valid, invalid and hostile traffic brings no 5xx and no growth',
  async () => {
    const report = await soak(seconds);
    process.stdout.write(`${JSON.stringify(report)}\n`);
    expect(report.statuses['200']).toBeGreaterThan(seconds);
    expect(soakProblems(report)).toEqual([]);
  },
  (seconds + 30) * 1000,
);
