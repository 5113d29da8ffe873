import type { CheckResult } from './run.ts';

/** Known failures: one check id a line, `#` begins a comment. A list, so that it can only shrink. */

export const parseExpectedFailures = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');

/** Entries that excuse nothing any more: the check passes, or there is no such check. */
export const staleEntries = (
  expected: readonly string[],
  results: readonly CheckResult[],
  isKnown: (id: string) => boolean,
): readonly string[] => {
  const passed = new Set(
    results.filter(({ outcome }) => outcome.kind === 'passed').map(({ check }) => check.id),
  );
  return expected.filter((id) => passed.has(id) || !isKnown(id));
};
