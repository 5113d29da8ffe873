import {
  type Check,
  failed,
  type Outcome,
  type Revision,
  revisions,
  skipped,
  Unmet,
} from './check.ts';
import { checkGroups } from './checks/all-checks.ts';
import { ReachProblem } from './http/reach-problem.ts';
import type { Target } from './target.ts';

/** Runs checks against a target, a few at a time, and keeps them in order. */

export interface CheckResult {
  readonly check: Check;
  readonly groupId: string;
  readonly groupTitle: string;
  readonly outcome: Outcome;
  readonly durationMs: number;
}

export interface RevisionRange {
  readonly since: Revision;
  readonly until: Revision;
}

const bindsWithin = ({ since, until }: Check, range: RevisionRange): boolean => {
  const last = revisions.length - 1;
  const from = revisions.indexOf(since);
  const to = until === undefined ? last : revisions.indexOf(until);
  return from <= revisions.indexOf(range.until) && to >= revisions.indexOf(range.since);
};

/** What a thrown error says about a promise: nothing (skipped), or that the server did not answer. */
const outcomeOf = (error: unknown): Outcome => {
  if (error instanceof Unmet) return skipped(error.message);
  if (error instanceof ReachProblem && error.kind === 'budget') return skipped(error.message);
  if (error instanceof ReachProblem) return failed(error.message, 'an answer');
  throw error;
};

const redacted = (outcome: Outcome, redact: (text: string) => string): Outcome => {
  switch (outcome.kind) {
    case 'passed':
      return outcome.seen === undefined ? outcome : { kind: 'passed', seen: redact(outcome.seen) };
    case 'failed':
      return failed(redact(outcome.seen), redact(outcome.expected));
    case 'skipped':
      return skipped(redact(outcome.why));
  }
};

const runCheck = async (check: Check, target: Target): Promise<Outcome> => {
  try {
    return await check.run(target);
  } catch (error) {
    return outcomeOf(error);
  }
};

export interface RunOptions {
  readonly range: RevisionRange;
  readonly onResult?: (result: CheckResult, done: number, total: number) => void;
}

/** Every selected check's result, in the order of the groups. */
export const runChecks = async (
  target: Target,
  { range, onResult }: RunOptions,
): Promise<readonly CheckResult[]> => {
  const selected = checkGroups.flatMap(({ id, title, checks }) =>
    checks
      .filter((check) => bindsWithin(check, range))
      .map((check) => ({ check, groupId: id, groupTitle: title })),
  );
  const results: CheckResult[] = [];
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    for (let index = next; index < selected.length; index = next) {
      next += 1;
      const item = selected[index] as (typeof selected)[number];
      const startedAt = performance.now();
      const outcome = redacted(await runCheck(item.check, target), target.secrets.redact);
      const result = { ...item, outcome, durationMs: Math.round(performance.now() - startedAt) };
      results[index] = result;
      done += 1;
      onResult?.(result, done, selected.length);
    }
  };
  await Promise.all(Array.from({ length: target.http.limits.maxAtOnce }, work));
  return results;
};
