import { countsOf, exitCodeOf, type Report, standingOf } from './report.ts';

/** For programs. The shape is stable: members are added, never changed. */
export const jsonReport = (report: Report): string => {
  const { target, version, startedAt, durationMs, requestCount, range, access, clients, stale } =
    report;
  return `${JSON.stringify(
    {
      target,
      version,
      startedAt,
      durationMs,
      requestCount,
      revisions: range,
      access,
      exitCode: exitCodeOf(report),
      counts: countsOf(report),
      staleExpectedFailures: stale,
      clients,
      checks: report.results.map((result) => ({
        id: result.check.id,
        group: result.groupId,
        title: result.check.title,
        requirement: result.check.requirement,
        since: result.check.since,
        severity: result.check.severity,
        result: standingOf(result, report),
        ...result.outcome,
        kind: undefined,
        durationMs: result.durationMs,
      })),
    },
    null,
    2,
  )}\n`;
};
