import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlesContextKey } from '../../lib/assets.ts';
import { bundles, flags } from '../support/synth.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What an example must bring about, since it is shown for that. */
const shown: Readonly<Record<string, RegExp>> = {
  minimal: /"AWS::CloudFront::Distribution"/,
  'custom-domain': /"Aliases":\["mcp\.example\.com"\]/,
  'existing-vpc-and-user-pool': /"VpcId":"vpc-0123456789abcdef0"/,
  'own-server': /"ScopeName":"mcp:greetings:send"/,
  'own-container': /"Name":"Companion"/,
  'external-idp': /login\.microsoftonline\.com/,
  tenants: /"GroupName":"tenant:globex"/,
  'cloudwatch-only': /"AWS::SNS::Topic"/,
  'security-lake': /ext\/!\{partitionKeyFromQuery:source\}/,
  'isolated-network': /"VpcEndpointType":"Interface"/,
};

/** Examples that another test synthesises. */
const elsewhere = ['github-actions', 'pipeline'];

const load = async (name: string): Promise<App> => {
  // What the CLI passes to an app.
  process.env.CDK_CONTEXT_JSON = JSON.stringify({ ...flags, [bundlesContextKey]: bundles });
  process.env.CDK_OUTDIR = await mkdtemp(`${tmpdir()}/cdk-secure-mcp-`);
  const { app } = await import(`${root}examples/${name}/app.ts`);
  return app;
};

/** From the smallest example to this one, as a reader wants to see it. */
const differenceOf = (name: string): string => {
  const files = ['minimal', name].map((one) => `examples/${one}/app.ts`);
  const labels = files.flatMap((file) => ['--label', file]);
  try {
    return execFileSync('diff', ['-U', '2', ...labels, ...files], { cwd: root }).toString();
  } catch (error) {
    // 1: they differ.
    const { status, stdout } = error as { status: number; stdout: Buffer };
    if (status !== 1) throw error;
    return stdout.toString();
  }
};

describe('the examples', { timeout: 60_000 }, () => {
  const before = process.env.CDK_VALIDATION;
  beforeAll(() => {
    delete process.env.CDK_VALIDATION;
  });
  afterAll(() => {
    process.env.CDK_VALIDATION = before;
  });

  it.each(Object.keys(shown))(
    '%s can be deployed as it stands: CloudFormation’s rules and AwsSolutions find nothing',
    async (name) => {
      const app = await load(name);
      Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
      const assembly = app.synth();
      expect(assembly.manifest.missing, 'needs no look-up').toBeUndefined();
      const [stack] = assembly.stacks;
      expect(stack?.template.Outputs.McpUrl).toBeDefined();
      expect(JSON.stringify(stack?.template)).toMatch(shown[name] as RegExp);
    },
  );

  it.each(Object.keys(shown).filter((name) => name !== 'minimal'))(
    '%s comes with its difference from the smallest one, because those are the lines that matter',
    async (name) => {
      await expect(differenceOf(name)).toMatchFileSnapshot(`${root}examples/${name}/app.diff`);
    },
  );

  it('are all looked at, because an example that nobody runs is wrong sooner or later', () => {
    const apps = readdirSync(`${root}examples`).filter((name) =>
      existsSync(`${root}examples/${name}/app.ts`),
    );
    expect(apps.filter((name) => !(name in shown) && !elsewhere.includes(name))).toEqual([]);
  });
});
