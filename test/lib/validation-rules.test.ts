import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flags } from '../support/synth.ts';
import { ourRuleNames, ourRules, type Violation, violationsOf } from './validation-report.ts';

/**
 * That the checks of validation.test.ts are on, and what they notice: one stack with every kind of
 * mistake in it, and one that breaks each of our own rules.
 */

const aStack = async (): Promise<{ app: App; stack: Stack }> => {
  const outdir = await mkdtemp(join(tmpdir(), 'cdk-secure-mcp-'));
  const app = new App({ outdir, context: flags });
  return { app, stack: new Stack(app, 'Planted') };
};

type Planted = readonly [type: string, properties: Record<string, unknown>];

const plant = (stack: Stack, mistakes: readonly Planted[]): void => {
  for (const [index, [type, properties]] of mistakes.entries())
    new CfnResource(stack, `Mistake${index}`, { type, properties });
};

beforeAll(() => {
  delete process.env.CDK_VALIDATION;
});
afterAll(() => {
  process.env.CDK_VALIDATION = 'false';
});

describe('the schemas of CloudFormation', { timeout: 60_000 }, () => {
  const vpc = { Subnet: ['subnet-0123456789abcdef0'] };
  const url = 'https://mcp.example.com/mcp';
  const mistakes: readonly (readonly [kind: string, rule: string, Planted])[] = [
    ['a property that there is not', 'F3002', ['AWS::SQS::Queue', { DelaySecond: 10 }]],
    [
      'a property that there is not, further down',
      'F3002',
      ['AWS::ECS::Service', { NetworkConfiguration: { AwsvpcConfiguration: vpc } }],
    ],
    ['a value of another type', 'F3012', ['AWS::SQS::Queue', { DelaySeconds: 'ten' }]],
    ['a number out of range', 'F3034', ['AWS::SQS::Queue', { DelaySeconds: 10_000 }]],
    ['a missing property', 'F3003', ['AWS::Cognito::UserPoolClient', { ClientName: 'a' }]],
    [
      'a name of the wrong form',
      'F3031',
      ['AWS::Cognito::UserPoolResourceServer', { Identifier: url, Name: url, UserPoolId: 'a_B' }],
    ],
    [
      'a value that is not on the list',
      'W3030',
      ['AWS::Cognito::UserPool', { MfaConfiguration: 'YES' }],
    ],
    ['a type that there is not', 'F3006', ['AWS::SQS::Queues', {}]],
  ];
  let violations: readonly Violation[] = [];
  beforeAll(async () => {
    const { app, stack } = await aStack();
    plant(
      stack,
      mistakes.map(([, , planted]) => planted),
    );
    violations = violationsOf(app);
  });

  it.each(mistakes.map(([kind, rule], index) => [kind, rule, index] as const))(
    'notice %s',
    (_, rule, index) => {
      const own = violations.filter(({ text }) => text.includes(`Mistake${index}`));
      expect(own.map(({ ruleName }) => ruleName).join()).toContain(rule);
    },
  );
});

describe('our own rules', { timeout: 60_000 }, () => {
  const statement = { Effect: 'Allow', Action: ['s3:Get*'], Resource: 'arn:aws:s3:::a' };
  const broken: readonly Planted[] = [
    ['AWS::Logs::LogGroup', {}],
    ['AWS::ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internet-facing' }],
    ['AWS::EC2::SecurityGroupIngress', { IpProtocol: 'tcp', CidrIp: '10.0.0.0/8' }],
    [
      'AWS::EC2::SecurityGroup',
      {
        GroupDescription: 'a',
        SecurityGroupIngress: [
          { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' },
        ],
      },
    ],
    ['AWS::ECS::TaskDefinition', { ContainerDefinitions: [{ Name: 'a', Image: 'b' }] }],
    [
      'AWS::ECS::Service',
      {
        EnableExecuteCommand: true,
        NetworkConfiguration: {
          AwsvpcConfiguration: { AssignPublicIp: 'ENABLED', Subnets: ['subnet-0123456789abcdef0'] },
        },
      },
    ],
    [
      'AWS::IAM::Policy',
      {
        PolicyName: 'a',
        Roles: ['b'],
        PolicyDocument: { Version: '2012-10-17', Statement: [statement] },
      },
    ],
    [
      'AWS::Cognito::UserPoolClient',
      {
        UserPoolId: 'us-east-1_Pool',
        AllowedOAuthFlows: ['implicit'],
        AllowedOAuthScopes: ['aws.cognito.signin.user.admin'],
      },
    ],
    ['AWS::Cognito::UserPool', {}],
    ['AWS::S3::Bucket', {}],
    ['AWS::ElastiCache::ServerlessCache', { Engine: 'valkey', ServerlessCacheName: 'a' }],
    [
      'AWS::CloudFront::Distribution',
      {
        DistributionConfig: {
          Enabled: true,
          DefaultCacheBehavior: { TargetOriginId: 'a', ViewerProtocolPolicy: 'https-only' },
          Origins: [
            {
              Id: 'a',
              DomainName: 'example.com',
              CustomOriginConfig: { OriginProtocolPolicy: 'https-only' },
            },
          ],
        },
      },
    ],
  ];

  it('are each broken by the mistake they are for, because a rule that cannot fail is a comment', async () => {
    const { app, stack } = await aStack();
    Validations.of(app).addPlugins(ourRules());
    plant(stack, broken);
    const found = violationsOf(app).map(({ text }) => text);
    const silent = ourRuleNames.filter((name) => !found.some((text) => text.includes(name)));
    expect(silent).toEqual([]);
  });
});

it('a finding of AwsSolutions stops the synthesis, because a warning is read by nobody', async () => {
  const { app, stack } = await aStack();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  new Topic(stack, 'Mistake');
  expect(() => app.synth()).toThrow(/AwsSolutions-SNS3/);
});
