import { revisions } from './check.ts';
import { checkGroups } from './checks/all-checks.ts';
import { clientVerdicts } from './clients/client-verdicts.ts';
import { staleEntries } from './expected-failures.ts';
import { accessInWords } from './gather-credentials.ts';
import { ReachProblem } from './http/reach-problem.ts';
import { LoginProblem } from './login/browser.ts';
import { resultIn } from './mcp/reply.ts';
import { whyNotVerifiable } from './preflight.ts';
import type { Report } from './report/report.ts';
import { type RevisionRange, type RunOptions, runChecks } from './run.ts';
import { createTarget, type Target, type TargetOptions } from './target.ts';
import { version } from './version.ts';

/** Verifies one server: is it there, does it keep its promises, who would connect. */

export interface VerifyOptions extends TargetOptions {
  readonly range?: RevisionRange;
  readonly expectedFailures?: readonly string[];
  readonly isStrict?: boolean;
  readonly onResult?: RunOptions['onResult'];
}

export type Verification =
  | { readonly kind: 'report'; readonly report: Report; readonly redact: (text: string) => string }
  /** Nothing to verify, in one sentence. */
  | { readonly kind: 'impossible'; readonly why: string };

const everyRevision: RevisionRange = { since: revisions[0], until: '2026-07-28' };

const isCheckId = (id: string): boolean =>
  checkGroups.some(({ checks }) => checks.some((check) => check.id === id));

const preflightProblem = async (target: Target): Promise<string | undefined> => {
  try {
    const why = await whyNotVerifiable(target);
    if (why === undefined) await target.prepare();
    return why;
  } catch (error) {
    if (error instanceof ReachProblem || error instanceof LoginProblem) return error.message;
    throw error;
  }
};

const reportOn = async (target: Target, options: VerifyOptions): Promise<Report> => {
  const { range = everyRevision, expectedFailures = [], isStrict = false, onResult } = options;
  const startedAt = new Date().toISOString();
  const began = performance.now();
  const results = await runChecks(target, { range, ...(onResult && { onResult }) });
  const isOpen = resultIn(await target.unauthenticated()) !== undefined;
  return {
    target: target.url.href,
    version,
    startedAt,
    durationMs: Math.round(performance.now() - began),
    requestCount: target.http.requestCount(),
    range,
    access: accessInWords(target.credentials),
    results,
    clients: clientVerdicts(results, isOpen),
    expected: new Set(expectedFailures),
    stale: staleEntries(expectedFailures, results, isCheckId),
    isIncomplete: target.http.isExhausted(),
    isStrict,
  };
};

/** Never throws for anything that a server does. */
export const verify = async (options: VerifyOptions): Promise<Verification> => {
  const target = createTarget(options);
  try {
    const why = await preflightProblem(target);
    if (why !== undefined) return { kind: 'impossible', why: target.secrets.redact(why) };
    const report = await reportOn(target, options);
    return { kind: 'report', report, redact: target.secrets.redact };
  } finally {
    await target.close();
  }
};
