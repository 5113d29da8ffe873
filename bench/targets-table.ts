import { readFileSync, writeFileSync } from 'node:fs';
import type { Results } from './report.ts';
import type { Target } from './target.ts';
import { targets } from './targets.ts';

/** The table of targets in docs/performance.md, which is computed like the results themselves. */

const document = new URL('../docs/performance.md', import.meta.url);
const begin = '<!-- targets, written by `npm run bench` -->';
const end = '<!-- end of the targets -->';

const number = (value: number): string =>
  (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3)).replace('-', '−');

const limitOf = ({ atMost, atLeast, unit }: Target): string => {
  if (atMost !== undefined) return `≤ ${atMost} ${unit}`;
  return atLeast === undefined ? '–' : `≥ ${atLeast} ${unit}`;
};

/** Judged before it is rounded. */
export const holds = (
  { atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY }: Target,
  value: number,
): boolean => value <= atMost && value >= atLeast;

const verdictOf = (target: Target, value: number | undefined): string => {
  if (value === undefined) return 'not measured';
  if (target.atMost === undefined && target.atLeast === undefined) return 'reported';
  return holds(target, value) ? 'holds' : '**misses**';
};

const rowOf = (target: Target, results: Results): string => {
  const value = target.measured(results);
  const measured = value === undefined ? '–' : `${number(value)} ${target.unit}`;
  return `| ${[target.name, limitOf(target), measured, verdictOf(target, value)].join(' | ')} |`;
};

export const targetsTable = (results: Results): string =>
  [
    '| what | target | measured | |',
    '| --- | --- | --- | --- |',
    ...targets.map((target) => rowOf(target, results)),
  ].join('\n');

/** The document with a table in place of the one it has. */
export const withTargets = (text: string, results: Results): string => {
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error('docs/performance.md has no place for the targets');
  return `${before}${begin}\n\n${targetsTable(results)}\n\n${end}${after}`;
};

export const writeTargets = (results: Results): void =>
  writeFileSync(document, withTargets(readFileSync(document, 'utf8'), results));
