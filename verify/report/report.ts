import type { ClientVerdict } from '../clients/client-verdicts.ts';
import type { CheckResult, RevisionRange } from '../run.ts';

/** Everything a report may say. Secrets are gone before it gets here. */
export interface Report {
  readonly target: string;
  readonly version: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly requestCount: number;
  readonly range: RevisionRange;
  /** With what the verification went past the door, in a word or two. */
  readonly access: string;
  readonly results: readonly CheckResult[];
  readonly clients: readonly ClientVerdict[];
  /** Ids of failures that were announced. */
  readonly expected: ReadonlySet<string>;
  /** Announced failures that did not happen. */
  readonly stale: readonly string[];
  /** Whether time or traffic ran out before the end. */
  readonly isIncomplete: boolean;
  readonly isStrict: boolean;
}

export type Standing = 'passed' | 'failed' | 'expected' | 'advice' | 'skipped';

/** How a result counts: `advice` is a failure that does not fail the verification. */
export const standingOf = ({ check, outcome }: CheckResult, report: Report): Standing => {
  if (outcome.kind !== 'failed') return outcome.kind;
  if (report.expected.has(check.id)) return 'expected';
  const counts = check.severity === 'error' || (report.isStrict && check.severity === 'warning');
  return counts ? 'failed' : 'advice';
};

export const countsOf = (report: Report): Readonly<Record<Standing, number>> => {
  const counts = { passed: 0, failed: 0, expected: 0, advice: 0, skipped: 0 };
  for (const result of report.results) counts[standingOf(result, report)] += 1;
  return counts;
};

export const exitCodeOf = (report: Report): 0 | 1 | 2 => {
  if (countsOf(report).failed > 0 || report.stale.length > 0) return 1;
  return report.isIncomplete ? 2 : 0;
};

/** The results by group, in order. */
export const groupsOf = (
  report: Report,
): readonly { readonly title: string; readonly results: readonly CheckResult[] }[] => {
  const groups = new Map<string, CheckResult[]>();
  for (const result of report.results)
    groups.set(result.groupTitle, [...(groups.get(result.groupTitle) ?? []), result]);
  return [...groups].map(([title, results]) => ({ title, results }));
};

/** Why checks were skipped, and how many for each reason, most first. */
export const skipReasons = ({ results }: Report): readonly (readonly [string, number])[] => {
  const reasons = new Map<string, number>();
  for (const { outcome } of results)
    if (outcome.kind === 'skipped') reasons.set(outcome.why, (reasons.get(outcome.why) ?? 0) + 1);
  return [...reasons].sort((a, b) => b[1] - a[1]);
};
