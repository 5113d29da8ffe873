import type { CheckResult } from '../run.ts';
import { escaped } from './markup.ts';
import { groupsOf, type Report, standingOf } from './report.ts';

/** JUnit XML, for pipelines: a suite per group, a case per check. */

const innerOf = (result: CheckResult, report: Report): string => {
  const { outcome, check } = result;
  if (outcome.kind === 'skipped') return `<skipped message="${escaped(outcome.why)}"/>`;
  if (outcome.kind === 'passed') return '';
  const text = `seen: ${outcome.seen}\nexpected: ${outcome.expected}\n${check.requirement}`;
  // A pipeline that counts failures must come to the same exit code as we do.
  if (standingOf(result, report) === 'failed')
    return `<failure type="${check.severity}" message="${escaped(check.title)}">${escaped(text)}</failure>`;
  return `<skipped message="${escaped(`${check.severity}: ${text}`)}"/>`;
};

const caseOf = (result: CheckResult, report: Report): string => {
  const { check, groupId, durationMs } = result;
  const seconds = (durationMs / 1000).toFixed(3);
  const inner = innerOf(result, report);
  return `    <testcase classname="verify.${groupId}" name="${escaped(check.id)}" time="${seconds}">${inner}</testcase>`;
};

export const junitReport = (report: Report): string => {
  const suites = groupsOf(report).map(({ title, results }) => {
    const failures = results.filter((result) => standingOf(result, report) === 'failed').length;
    const cases = results.map((result) => caseOf(result, report)).join('\n');
    return `  <testsuite name="${escaped(title)}" tests="${results.length}" failures="${failures}">\n${cases}\n  </testsuite>`;
  });
  const stale = report.stale.map(
    (id) =>
      `    <testcase classname="verify.expected-failures" name="${escaped(id)}"><failure message="expected to fail, but does not"/></testcase>`,
  );
  if (stale.length > 0)
    suites.push(
      `  <testsuite name="Expected failures" tests="${stale.length}" failures="${stale.length}">\n${stale.join('\n')}\n  </testsuite>`,
    );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${escaped(report.target)}" time="${(report.durationMs / 1000).toFixed(3)}">\n${suites.join('\n')}\n</testsuites>\n`;
};
