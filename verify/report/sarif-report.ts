import type { Severity } from '../check.ts';
import type { CheckResult } from '../run.ts';
import { type Report, standingOf } from './report.ts';

/** SARIF 2.1.0, for code-scanning views. The place of a finding is the address that was verified. */

/**
 * The address as a relative reference: code scanning at GitHub takes every place for a file of the
 * repository, and refuses the whole report when one of them has another scheme than `file`.
 */
const placeOf = (target: string): string => {
  const { host, pathname } = new URL(target);
  // A colon in the first segment would make a scheme of the host (RFC 3986 §4.2).
  return `${host.includes(':') ? './' : ''}${host}${pathname}`;
};

const levels: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  note: 'note',
};

const ruleOf = ({ check, groupTitle }: CheckResult) => ({
  id: check.id,
  shortDescription: { text: check.title },
  fullDescription: { text: `${check.title}. ${check.requirement}` },
  help: { text: `${check.title}.\n\nRequirement: ${check.requirement}, since MCP ${check.since}.` },
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
      ruleIndex: report.results.indexOf(result),
      level: levels[check.severity],
      message: { text: `Seen: ${outcome.seen}. Expected: ${outcome.expected}.` },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: placeOf(report.target) },
            region: { startLine: 1 },
          },
          logicalLocations: [{ fullyQualifiedName: report.target, kind: 'resource' }],
        },
      ],
      // The one name under which code scanning recognises a finding of yesterday.
      partialFingerprints: { primaryLocationLineHash: `${check.id}@${report.target}` },
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
