import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { bundlesContextKey } from '../../lib/assets.ts';
import { SecureMcpServer, type SecureMcpServerProps } from '../../lib/index.ts';

/** Synthesis for tests: no build, and CloudFormation's rules only where a test asks for them. */

// Two seconds a file; test/lib/validation.test.ts runs the rules over everything once.
process.env.CDK_VALIDATION = 'false';

const root = new URL('../../', import.meta.url);

export const bundles = fileURLToPath(new URL('test/lib/bundles', root));

/** The context of cdk.json, as the CLI would pass it. */
export const flags: Readonly<Record<string, unknown>> = JSON.parse(
  readFileSync(new URL('cdk.json', root), 'utf8'),
).context;

export const anApp = (context: Readonly<Record<string, unknown>> = {}): App =>
  new App({ context: { [bundlesContextKey]: bundles, ...context } });

export const aStack = (region = 'us-east-1', app = anApp()): Stack =>
  new Stack(app, 'Mcp', { env: { region } });

export type Resource = {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: templates are free JSON
  readonly Properties: Record<string, any>;
};

export type Resources = Readonly<Record<string, Resource>>;

export const resourcesOf = (template: Template, type?: string): readonly Resource[] =>
  Object.values(template.toJSON().Resources as Resources).filter(
    (resource) => type === undefined || resource.Type === type,
  );

/** A complete server in us-east-1. */
export const aServer = (props: SecureMcpServerProps = {}) => {
  const stack = aStack();
  const server = new SecureMcpServer(stack, 'McpServer', props);
  return { stack, server, template: () => Template.fromStack(stack) };
};

type Known = (expression: Record<string, unknown>) => string | undefined;

/** A value of a template as text, with stand-ins for what only AWS knows. */
export const resolved = (value: unknown, known: Known = () => undefined): string => {
  if (typeof value !== 'object' || value === null) return String(value);
  const expression = value as Record<string, unknown>;
  const given = known(expression);
  if (given !== undefined) return given;
  const join = expression['Fn::Join'] as [string, unknown[]] | undefined;
  if (join) return join[1].map((part) => resolved(part, known)).join(join[0]);
  const [name, argument] = Object.entries(expression)[0] ?? ['', ''];
  return `${name.replace('Fn::', '')}-${Array.isArray(argument) ? argument.join('.') : argument}`;
};
