import { spawnSync } from 'node:child_process';
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

it('loads without a test runner, because it runs for ten minutes on its own', () => {
  const file = new URL('./soak.ts', import.meta.url).href;
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `const { soak } = await import('${file}'); process.exit(typeof soak === 'function' ? 0 : 1)`,
    ],
    { encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
