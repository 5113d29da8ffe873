import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { bundlesContextKey } from '../../../lib/assets.ts';
import { bundles } from '../../support/synth.ts';

const synthesise = async (load: () => Promise<{ readonly app: import('aws-cdk-lib').App }>) => {
  // What the CLI passes to an app.
  process.env.CDK_CONTEXT_JSON = JSON.stringify({ [bundlesContextKey]: bundles });
  process.env.CDK_OUTDIR = await mkdtemp(`${tmpdir()}/cdk-secure-mcp-`);
  const { app } = await load();
  return app.synth();
};

it('the example of a pipeline is one: it has both stages', async () => {
  const assembly = await synthesise(() => import('../../../examples/pipeline/app.ts'));
  expect(assembly.nestedAssemblies.map(({ displayName }) => displayName)).toEqual([
    'Pipeline/Production',
    'Pipeline/Staging',
  ]);
});

it('the example of GitHub roles makes one provider and two roles', async () => {
  const { stacks } = await synthesise(() => import('../../../examples/github-actions/app.ts'));
  const types = stacks.map(({ template }) =>
    Object.values(template.Resources as Record<string, { Type: string }>).map(({ Type }) => Type),
  );
  expect(
    types.map((one) => one.filter((type) => type === 'AWS::IAM::OIDCProvider').length),
  ).toEqual([0, 1]);
  expect(types.map((one) => one.filter((type) => type === 'AWS::IAM::Role').length)).toEqual([
    1, 1,
  ]);
});
