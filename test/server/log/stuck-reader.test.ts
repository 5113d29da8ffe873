import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/**
 * A real process writing to a real pipe that nobody reads. Three seconds here; `npm run test:log`
 * takes the minute of target L2, and its bound for the event loop.
 */

const seconds = Number(process.env.LOG_STUCK_SECONDS ?? 3);
const isLong = seconds >= 60;
const root = fileURLToPath(new URL('../../..', import.meta.url));

interface Report {
  readonly recorded: number;
  readonly growth: number;
  readonly longestGap: number;
  readonly longestWork: number;
  readonly dropped: number;
}

interface Line {
  readonly severity_id: number;
  readonly metadata: { readonly event_code: string; readonly sequence: number };
  readonly unmapped?: { readonly evidence?: { readonly dropped?: number } };
}

const runWithStuckReader = async () => {
  const child = spawn(
    process.execPath,
    [
      '--conditions=cdk-secure-mcp:source',
      join(root, 'test/server/log/talkative-process.ts'),
      String(seconds),
    ],
    { env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const out: string[] = [];
  let errors = '';
  // Not one listener on stdout before the report: the pipe fills up and stays full.
  const report = new Promise<Report>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      errors += chunk;
      const [first, rest] = errors.split('\n', 2);
      if (rest !== undefined) resolve(JSON.parse(first ?? ''));
    });
    child.once('error', reject);
  });
  const measured = await report;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => out.push(chunk));
  await new Promise((resolve) => child.once('close', resolve));
  const [, last = '{}'] = errors.trim().split('\n');
  const lines = out
    .join('')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  return { measured, lines, end: JSON.parse(last) as { left: number; dropped: number } };
};

const count = (lines: readonly Line[], code: string) =>
  lines.filter(({ metadata }) => metadata.event_code === code).length;

describe(`a log whose reader is stuck for ${seconds} s`, () => {
  it(
    'stays small, keeps the event loop going and counts every line that it lost',
    async () => {
      const { measured, lines, end } = await runWithStuckReader();
      const { recorded, growth, longestGap, longestWork } = measured;
      console.info(
        `stuck ${seconds} s: ${recorded} events, ${end.dropped} dropped, +${growth.toFixed(1)} MB, gap ${longestGap.toFixed(1)} ms (own work ${longestWork.toFixed(1)} ms)`,
      );
      expect(recorded).toBeGreaterThan(seconds * 2_000);
      expect(measured.dropped).toBeGreaterThan(recorded / 4);
      expect(growth).toBeLessThan(32);
      // A write that blocks lasts as long as the reader is stuck. A busy machine also makes gaps, and
      // those are no work of this process.
      expect(longestWork).toBeLessThan(isLong ? 20 : 100);
      expect(longestGap).toBeLessThan(seconds * 500);

      // Sent = written + counted, to the line.
      const confessions = lines.filter(({ metadata }) => metadata.event_code === 'log.dropped');
      const written = lines.length - confessions.length;
      expect(written + end.dropped).toBe(recorded);
      const confessed = confessions.reduce(
        (sum, { unmapped }) => sum + (unmapped?.evidence?.dropped ?? 0),
        0,
      );
      expect(confessed).toBe(end.dropped);
      expect(end.left).toBe(0);
      // A gap in the numbers is as long as the loss, and no number comes twice.
      const numbers = lines.map(({ metadata }) => metadata.sequence);
      expect(numbers.every((number, index) => number > (numbers[index - 1] ?? 0))).toBe(true);
      expect((numbers.at(-1) ?? 0) - numbers.length).toBe(end.dropped);
      // Ordinary noise has filled its lane; the severe ones had theirs to the end.
      expect(count(lines, 'token.refresh_reuse')).toBe(Math.floor(recorded / 5000));
    },
    seconds * 1000 + 60_000,
  );
});
