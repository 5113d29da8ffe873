import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, Stack, Validations } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  NIST80053R5Checks,
  PCIDSS321Checks,
  ServerlessChecks,
} from 'cdk-nag';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { bundlesContextKey } from '../../lib/assets.ts';
import { Detection, Observability, RateLimit, SecureMcpServer } from '../../lib/index.ts';
import { SecureMcpApp } from '../../lib/stacks/secure-mcp-app.ts';
import type { Stages } from '../../lib/stacks/stage-configuration.ts';
import { bundles, flags } from '../support/synth.ts';
import { acceptedFindings } from './accepted-findings.ts';
import { everything, otherChoices } from './every-choice.ts';
import { ourRules, violationsOf } from './validation-report.ts';

/**
 * Everything the CDK knows about CloudFormation (schemas, enums, patterns, ranges, cycles) as an
 * error, cdk-nag's AwsSolutions pack and our own rules. The context of cdk.json makes them errors in the app too.
 */

const anApp = async (configured: Stages = everything): Promise<App> => {
  const outdir = await mkdtemp(join(tmpdir(), 'cdk-secure-mcp-'));
  return new SecureMcpApp(configured, {
    outdir,
    context: { ...flags, [bundlesContextKey]: bundles },
  });
};

/** What the library can do and the app's stages do not. */
const addLibraryOnly = (app: App): void => {
  const stack = new Stack(app, 'Library', { env: { region: 'us-east-1' } });
  const server = new SecureMcpServer(stack, 'McpServer', {
    rateLimits: { perTool: { delete_note: RateLimit.perMinute(10) } },
    detections: { cross_tenant_probe: Detection.respond() },
    observability: Observability.full({
      alarmTopic: Topic.fromTopicArn(stack, 'Chat', 'arn:aws:sns:us-east-1:111122223333:chat'),
      pageTopic: Topic.fromTopicArn(stack, 'Pager', 'arn:aws:sns:us-east-1:111122223333:pager'),
      logEncryptionKey: new Key(stack, 'LogKey', { enableKeyRotation: true }),
      toolMetrics: ['add_note'],
    }),
  });
  server.addMachineClient('Reporting', { scopes: ['mcp:tools:read'] });
};

/** Names of the rules that found something, without the pack. */
const findingsOf = (app: App): readonly string[] => [
  ...new Set(
    violationsOf(app)
      // Our own warnings to whoever synthesises are no findings.
      .filter(({ ruleName }) => !ruleName.includes('cdk-secure-mcp:'))
      .map(({ ruleName }) => ruleName.split('-').at(-1) as string),
  ),
];

describe('every template of the app', { timeout: 60_000 }, () => {
  beforeEach(() => {
    delete process.env.CDK_VALIDATION;
  });
  afterAll(() => {
    process.env.CDK_VALIDATION = 'false';
  });

  it.each([
    ['the usual choices', everything],
    ['all other choices', otherChoices],
  ])(
    'breaks no rule of CloudFormation, of AwsSolutions or of ours, with %s',
    async (_, configured) => {
      const app = await anApp(configured);
      addLibraryOnly(app);
      Validations.of(app).addPlugins(new AwsSolutionsChecks(app), ourRules());
      // Warnings too: a value that is not on a list is no error to the CDK.
      const found = violationsOf(app).filter(({ ruleName }) => !ruleName.includes('Annotation'));
      expect(found.map(({ text }) => text)).toEqual([]);
    },
  );

  it('breaks of NIST 800-53, HIPAA, PCI DSS and Serverless only what is accepted with a reason', async () => {
    // CloudFormation's own rules have had their turn.
    process.env.CDK_VALIDATION = 'false';
    const found = new Set<string>();
    for (const configured of [everything, otherChoices]) {
      const app = await anApp(configured);
      Validations.of(app).addPlugins(
        new NIST80053R5Checks(app),
        new HIPAASecurityChecks(app),
        new PCIDSS321Checks(app),
        new ServerlessChecks(app),
      );
      for (const finding of findingsOf(app)) found.add(finding);
    }
    expect([...found].sort()).toEqual(Object.keys(acceptedFindings).sort());
  });
});
