import type { Severity } from '../check.ts';
import type { CheckResult } from '../run.ts';
import { type Report, standingOf } from './report.ts';

/** SARIF 2.1.0, for code-scanning views. The place of a finding is the address that was verified. */

const levels: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  note: 'note',
};

const ruleOf = ({ check, groupTitle }: CheckResult) => ({
  id: check.id,
  shortDescription: { text: check.title },
  fullDescription: { text: `${check.title}. ${check.requirement}` },
  defaultConfiguration: { level: levels[check.severity] },
  properties: { requirement: check.requirement, since: check.since, tags: [groupTitle] },
});

const findingOf = (result: CheckResult, report: Report) => {
  const { check, outcome } = result;
  if (outcome.kind !== 'failed') return [];
  const isExpected = standingOf(result, report) === 'expected';
  return [
    {
      ruleId: check.id,
      level: levels[check.severity],
      message: { text: `Seen: ${outcome.seen}. Expected: ${outcome.expected}.` },
      locations: [{ physicalLocation: { artifactLocation: { uri: report.target } } }],
      partialFingerprints: { checkAndTarget: `${check.id}@${report.target}` },
      ...(isExpected && {
        suppressions: [{ kind: 'external', justification: 'listed as an expected failure' }],
      }),
    },
  ];
};

export const sarifReport = (report: Report): string =>
  `${JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'cdk-secure-mcp verify',
              version: report.version,
              rules: report.results.map(ruleOf),
            },
          },
          invocations: [
            { executionSuccessful: !report.isIncomplete, startTimeUtc: report.startedAt },
          ],
          results: report.results.flatMap((result) => findingOf(result, report)),
        },
      ],
    },
    null,
    2,
  )}\n`;
