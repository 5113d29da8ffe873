import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type App,
  CfnResource,
  CloudFormationValidatePlugin,
  Stack,
  Validations,
} from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  NIST80053R5Checks,
  PCIDSS321Checks,
  ServerlessChecks,
} from 'cdk-nag';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { stages } from '../../bin/stages.ts';
import { bundlesContextKey } from '../../lib/assets.ts';
import {
  Authorization,
  Deployment,
  Egress,
  IdentityProvider,
  Observability,
  RateLimit,
  SecureMcpServer,
  SharedStore,
  TrustedIssuer,
} from '../../lib/index.ts';
import { SecureMcpApp } from '../../lib/stacks/secure-mcp-app.ts';
import type { StageConfiguration, Stages } from '../../lib/stacks/stage-configuration.ts';
import { bundles, flags } from '../support/synth.ts';
import { acceptedFindings } from './accepted-findings.ts';

/**
 * Everything the CDK knows about CloudFormation (schemas, enums, patterns, ranges, cycles) as an
 * error, and cdk-nag's AwsSolutions pack. The context of cdk.json makes them errors in the app too.
 */

/** With a domain and without, with and without tenants, both ways out, one region and two. */
const everything: Stages = {
  development: stages.development as StageConfiguration,
  staging: {
    region: 'eu-west-1',
    account: '111122223333',
    domain: { name: 'mcp.example.com', hostedZoneId: 'Z0123456789', zoneName: 'example.com' },
    tenants: ['acme', 'globex'],
    groupScopes: { readers: ['mcp:tools:read'] },
    clientDocuments: ['claude.ai'],
    alarmEmail: 'security@example.com',
  },
  production: { region: 'us-east-1', egress: 'isolated' },
};

const anApp = async (configured: Stages = everything): Promise<App> => {
  const outdir = await mkdtemp(join(tmpdir(), 'cdk-secure-mcp-'));
  return new SecureMcpApp(configured, {
    outdir,
    context: { ...flags, [bundlesContextKey]: bundles },
  });
};

/** What the library can do and the app's stages do not. */
const addEverythingElse = (app: App): void => {
  const stack = new Stack(app, 'Library', { env: { region: 'us-east-1' } });
  const server = new SecureMcpServer(stack, 'McpServer', {
    authorization: Authorization.broker({
      identityProviders: [
        IdentityProvider.oidc({
          name: 'EntraId',
          issuerUrl: 'https://login.microsoftonline.com/0000/v2.0',
          clientId: 'a',
          clientSecret: Secret.fromSecretNameV2(stack, 'EntraSecret', 'entra'),
        }),
        IdentityProvider.saml({ name: 'Okta', metadataUrl: 'https://okta.example.com/metadata' }),
      ],
    }),
    observability: Observability.full({
      alarmTopic: Topic.fromTopicArn(stack, 'Chat', 'arn:aws:sns:us-east-1:111122223333:chat'),
      pageTopic: Topic.fromTopicArn(stack, 'Pager', 'arn:aws:sns:us-east-1:111122223333:pager'),
      logEncryptionKey: new Key(stack, 'LogKey', { enableKeyRotation: true }),
      toolMetrics: ['add_note'],
    }),
  });
  server.addMachineClient('Reporting', { scopes: ['mcp:tools:read'] });
  new SecureMcpServer(new Stack(app, 'Direct', { env: { region: 'us-east-1' } }), 'McpServer', {
    authorization: Authorization.direct({
      clients: [
        { clientName: 'Claude', redirectUris: ['https://claude.ai/api/mcp/auth_callback'] },
      ],
    }),
  });
  new SecureMcpServer(new Stack(app, 'External', { env: { region: 'us-east-1' } }), 'McpServer', {
    authorization: Authorization.external(
      TrustedIssuer.auth0({ issuerUrl: 'https://acme.auth0.com/', clients: ['a'] }),
    ),
    egress: Egress.isolated(),
    sharedStore: SharedStore.valkey(),
    deployment: Deployment.canary(),
    rateLimits: { perPrincipal: RateLimit.perMinute(60) },
  });
};

const ourRules = (): CloudFormationValidatePlugin =>
  new CloudFormationValidatePlugin({
    guardRules: [
      {
        name: 'cdk-secure-mcp',
        content: readFileSync(new URL('rules.guard', import.meta.url), 'utf8'),
      },
    ],
  });

type Report = { pluginReports: { violations: { ruleName: string }[] }[] };

/** Names of the rules that found something, without the pack. */
const findingsOf = (app: App): readonly string[] => {
  try {
    app.synth();
  } catch {
    // Findings are errors; the report has them all.
  }
  const report: Report = JSON.parse(
    readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'),
  );
  const names = report.pluginReports.flatMap(({ violations }) => violations);
  return [...new Set(names.map(({ ruleName }) => ruleName.split('-').at(-1) as string))].sort();
};

describe('every template of the app', { timeout: 60_000 }, () => {
  beforeEach(() => {
    delete process.env.CDK_VALIDATION;
  });
  afterAll(() => {
    process.env.CDK_VALIDATION = 'false';
  });

  it('breaks no rule of CloudFormation and none of AwsSolutions', async () => {
    const app = await anApp();
    addEverythingElse(app);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app), ourRules());
    expect(() => app.synth()).not.toThrow();
  });

  it('breaks of NIST 800-53, HIPAA, PCI DSS and Serverless only what is accepted with a reason', async () => {
    // CloudFormation's own rules have had their turn.
    process.env.CDK_VALIDATION = 'false';
    const app = await anApp();
    Validations.of(app).addPlugins(
      new NIST80053R5Checks(app),
      new HIPAASecurityChecks(app),
      new PCIDSS321Checks(app),
      new ServerlessChecks(app),
    );
    expect(findingsOf(app)).toEqual(Object.keys(acceptedFindings).sort());
  });

  it.each([
    ['a value that the schema does not know', 'AWS::SQS::Queue', { DelaySeconds: 10_000 }],
    [
      'a name that Cognito refuses',
      'AWS::Cognito::UserPoolResourceServer',
      {
        Identifier: 'https://mcp.example.com/mcp',
        Name: 'https://mcp.example.com/mcp',
        UserPoolId: 'us-east-1_Pool',
      },
    ],
  ])('would be refused with %s: the check is on', async (_, type, properties) => {
    const app = await anApp({});
    new CfnResource(new Stack(app, 'Planted'), 'Mistake', { type, properties });
    expect(() => app.synth()).toThrow(/(F3034|F3031)/);
  });

  it('would be refused with a finding of AwsSolutions: the pack is on', async () => {
    const app = await anApp({});
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    new Topic(new Stack(app, 'Planted'), 'Mistake');
    expect(() => app.synth()).toThrow(/AwsSolutions-SNS3/);
  });

  it('would be refused with a log that is kept for ever: our own rules are on', async () => {
    const app = await anApp({});
    Validations.of(app).addPlugins(ourRules());
    const logGroup = new LogGroup(new Stack(app, 'Planted'), 'Mistake');
    (logGroup.node.defaultChild as CfnResource).addPropertyDeletionOverride('RetentionInDays');
    expect(() => app.synth()).toThrow(/every log group must state its retention/);
  });
});
