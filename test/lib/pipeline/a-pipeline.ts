import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, Stack } from 'aws-cdk-lib';
import { bundlesContextKey } from '../../../lib/assets.ts';
import { PipelineApp } from '../../../lib/stacks/pipeline-app.ts';
import type { StageConfiguration } from '../../../lib/stacks/stage-configuration.ts';
import { bundles, flags } from '../../support/synth.ts';

/** Three accounts and two regions, as a company would have them. */
export const accounts = {
  pipeline: '111111111111',
  staging: '222222222222',
  production: '333333333333',
} as const;

export const verifierRoleArn = `arn:aws:iam::${accounts.pipeline}:role/secure-mcp-verifier`;

export const staging: StageConfiguration = {
  region: 'eu-west-1',
  account: accounts.staging,
  tenants: ['acme'],
  groupScopes: { readers: ['mcp:tools:read'] },
  verifiedBy: verifierRoleArn,
  testUser: true,
};

export const production: StageConfiguration = {
  region: 'eu-west-1',
  account: accounts.production,
  verifiedBy: verifierRoleArn,
};

export const aPipeline = (
  stages: object = { staging, production },
): { readonly app: App; readonly stack: Stack } => {
  const app = new PipelineApp(
    stages,
    {
      account: accounts.pipeline,
      region: 'eu-west-1',
      repository: 'acme/mcp',
      branch: 'main',
      connectionArn: `arn:aws:codeconnections:eu-west-1:${accounts.pipeline}:connection/1`,
    },
    {
      outdir: mkdtempSync(join(tmpdir(), 'cdk-secure-mcp-')),
      context: { ...flags, [bundlesContextKey]: bundles },
    },
  );
  return { app, stack: app.node.findChild('Pipeline') as Stack };
};
