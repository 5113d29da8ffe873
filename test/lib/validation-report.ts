import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, CloudFormationValidatePlugin } from 'aws-cdk-lib';

/** The rules of rules.guard, and what validation plugins found. */

const rulesText = readFileSync(new URL('rules.guard', import.meta.url), 'utf8');

export const ourRules = (): CloudFormationValidatePlugin =>
  new CloudFormationValidatePlugin({
    guardRules: [{ name: 'cdk-secure-mcp', content: rulesText }],
  });

/** Names of all rules in rules.guard. */
export const ourRuleNames: readonly string[] = [...rulesText.matchAll(/^rule (\w+)/gm)].map(
  ([, name]) => name as string,
);

export interface Violation {
  readonly plugin: string;
  readonly ruleName: string;
  readonly text: string;
}

/** Synthesises, and returns what every plugin found: errors and warnings alike. */
export const violationsOf = (app: App): readonly Violation[] => {
  try {
    app.synth();
  } catch {
    // Errors stop the synthesis; the report has them all.
  }
  const report: {
    pluginReports: { pluginName: string; violations: { ruleName: string }[] }[];
  } = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'));
  return report.pluginReports.flatMap(({ pluginName, violations }) =>
    violations.map((violation) => ({
      plugin: pluginName,
      ruleName: violation.ruleName,
      text: JSON.stringify(violation),
    })),
  );
};
