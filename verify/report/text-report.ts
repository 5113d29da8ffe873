import type { CheckResult } from '../run.ts';
import {
  countsOf,
  groupsOf,
  type Report,
  type Standing,
  skipReasons,
  standingOf,
} from './report.ts';

/** For a person at a terminal: what is wrong in full, what is right in one line a group. */

export interface TextOptions {
  readonly isColoured: boolean;
  readonly isVerbose: boolean;
}

type Paint = (style: keyof typeof styles, text: string) => string;

const styles = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;

const painter =
  (isColoured: boolean): Paint =>
  (style, text) =>
    isColoured ? `\u001b[${styles[style]}m${text}\u001b[0m` : text;

const marks: Readonly<Record<Standing, readonly [keyof typeof styles, string]>> = {
  passed: ['green', '✓'],
  failed: ['red', '✗'],
  expected: ['dim', '✗'],
  advice: ['yellow', '!'],
  skipped: ['dim', '·'],
};

const wrapped = (text: string, indent: string, width = 100): string => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + word.length + 1 > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${indent}`);
};

const failureLines = (result: CheckResult, standing: Standing, paint: Paint): string[] => {
  const { check, outcome } = result;
  if (outcome.kind !== 'failed') return [];
  const [style, mark] = marks[standing];
  const tail = standing === 'expected' ? ' · expected' : '';
  return [
    `  ${paint(style, mark)} ${wrapped(check.title, '    ')}`,
    `      seen      ${wrapped(outcome.seen, '                ')}`,
    `      expected  ${wrapped(outcome.expected, '                ')}`,
    paint('dim', `      ${check.requirement}`),
    paint('dim', `      ${check.severity} · since ${check.since} · ${check.id}${tail}`),
  ];
};

const resultLines = (
  result: CheckResult,
  report: Report,
  paint: Paint,
  isVerbose: boolean,
): string[] => {
  const standing = standingOf(result, report);
  if (result.outcome.kind === 'failed') return failureLines(result, standing, paint);
  if (!isVerbose) return [];
  const [style, mark] = marks[standing];
  const { outcome, check } = result;
  const why = outcome.kind === 'skipped' ? paint('dim', `\n      ${outcome.why}`) : '';
  return [`  ${paint(style, mark)} ${wrapped(check.title, '    ')}${why}`];
};

const groupLines = (report: Report, paint: Paint, isVerbose: boolean): string[] =>
  groupsOf(report).flatMap(({ title, results }) => {
    const passed = results.filter(({ outcome }) => outcome.kind === 'passed').length;
    const skipped = results.filter(({ outcome }) => outcome.kind === 'skipped').length;
    const left = skipped > 0 ? `, ${skipped} skipped` : '';
    const counts = paint('dim', `${passed} of ${results.length - skipped}${left}`);
    const lines = results.flatMap((result) => resultLines(result, report, paint, isVerbose));
    return [`${paint('bold', title)}  ${counts}`, ...lines];
  });

const clientLines = ({ clients }: Report, paint: Paint): string[] => {
  const width = Math.max(...clients.map(({ name }) => name.length));
  return [
    '',
    paint('bold', 'Clients'),
    ...clients.map(({ name, verdict, why }) => {
      const [style, mark] = marks[verdict === 'connects' ? 'passed' : 'failed'];
      const indent = ' '.repeat(width + 6);
      const text = verdict === 'connects' ? verdict : `${verdict}: ${why}`;
      return `  ${paint(verdict === 'unknown' ? 'dim' : style, verdict === 'unknown' ? '·' : mark)} ${name.padEnd(width)}  ${wrapped(text, indent)}`;
    }),
  ];
};

const skippedLines = (report: Report, paint: Paint): string[] => {
  const lines = skipReasons(report);
  if (lines.length === 0) return [];
  return [
    '',
    paint('bold', 'Not checked'),
    ...lines.map(([why, count]) => paint('dim', `  ${String(count).padStart(3)}  ${why}`)),
  ];
};

const summaryLines = (report: Report, paint: Paint): string[] => {
  const { passed, failed, expected, advice, skipped } = countsOf(report);
  const parts = [
    paint('green', `${passed} passed`),
    ...(failed > 0 ? [paint('red', `${failed} failed`)] : []),
    ...(advice > 0 ? [paint('yellow', `${advice} advice`)] : []),
    ...(expected > 0 ? [`${expected} expected to fail`] : []),
    paint('dim', `${skipped} skipped`),
  ];
  const seconds = (report.durationMs / 1000).toFixed(1);
  return [
    '',
    `${parts.join(' · ')}   ${paint('dim', `${report.requestCount} requests in ${seconds} s`)}`,
    ...report.stale.map((id) => paint('red', `expected to fail, but does not: ${id}`)),
    ...(report.isIncomplete
      ? [paint('red', 'time or traffic ran out: not everything was looked at')]
      : []),
  ];
};

export const textReport = (report: Report, { isColoured, isVerbose }: TextOptions): string => {
  const paint = painter(isColoured);
  return [
    `${paint('bold', report.target)}  ${paint('dim', report.access)}`,
    '',
    ...groupLines(report, paint, isVerbose),
    ...clientLines(report, paint),
    ...skippedLines(report, paint),
    ...summaryLines(report, paint),
    '',
  ].join('\n');
};
