import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { describe, expect, it } from 'vitest';
import { Authorization, Egress, McpServerCode, TrustedIssuer } from '../../../lib/index.ts';
import { aServer, type Resource, type Resources, resourcesOf } from '../../support/synth.ts';

/** A server whose network has no way out. */

const { template: synthesise } = aServer({ egress: Egress.isolated() });
const template = synthesise();
const all: Resources = template.toJSON().Resources;
const ofType = (type: string): readonly Resource[] => resourcesOf(template, type);
const idOf = (part: string, type: string): string =>
  Object.keys(all).find((id) => id.includes(part) && all[id]?.Type === type) ?? 'missing';

type Statement = {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
};

const statementsOf = (resource: Resource | undefined): readonly Statement[] =>
  resource?.Properties.PolicyDocument.Statement ?? [];

describe('a network without a way out', () => {
  it('has no route and no gateway to the internet, because what cannot leave cannot be stolen', () => {
    expect(ofType('AWS::EC2::NatGateway')).toEqual([]);
    expect(ofType('AWS::EC2::Instance')).toEqual([]);
    expect(ofType('AWS::EC2::Route')).toEqual([]);
  });

  it('has an internet gateway that no route leads to, attached before the load balancer, because CloudFront demands it', () => {
    expect(ofType('AWS::EC2::VPCGatewayAttachment')).toHaveLength(1);
    const [loadBalancer] = ofType('AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(loadBalancer?.DependsOn).toContain(
      idOf('InternetGatewayAttachment', 'AWS::EC2::VPCGatewayAttachment'),
    );
  });

  it('reaches what starting a task takes, and only the tasks may', () => {
    const endpoints = ofType('AWS::EC2::VPCEndpoint');
    const names = endpoints.map(({ Properties }) => JSON.stringify(Properties.ServiceName));
    const short = names.map(
      (name) => /(s3|ecr\.api|ecr\.dkr|logs|secretsmanager)"/.exec(name)?.[1],
    );
    expect(short.sort()).toEqual(['ecr.api', 'ecr.dkr', 'logs', 's3', 'secretsmanager']);
    const group = all[idOf('EndpointsSecurityGroup', 'AWS::EC2::SecurityGroup')];
    expect(JSON.stringify(group?.Properties.SecurityGroupIngress ?? [])).not.toContain('CidrIp');
    const ingress = ofType('AWS::EC2::SecurityGroupIngress').filter(({ Properties }) =>
      JSON.stringify(Properties.GroupId).includes('Endpoints'),
    );
    expect(ingress).toHaveLength(1);
    expect(JSON.stringify(ingress[0]?.Properties.SourceSecurityGroupId)).toContain(
      'ServiceSecurityGroup',
    );
  });

  it('lets its endpoints do nothing else, and S3’s write nothing, because S3 is a way out for data', () => {
    const statements = ofType('AWS::EC2::VPCEndpoint').flatMap(statementsOf);
    const actions = statements.flatMap(({ Action }) => Action);
    expect([...new Set(actions)].sort()).toEqual([
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:GetAuthorizationToken',
      'ecr:GetDownloadUrlForLayer',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:GetObject',
      'secretsmanager:GetSecretValue',
    ]);
    for (const { Action, Resource, Condition } of statements) {
      if (Action === 's3:GetObject') expect(Resource).not.toBe('*');
      else expect(Condition?.StringEquals).toHaveProperty(['aws:PrincipalAccount']);
    }
  });

  it('starts no task before its endpoints and the first keys are there, because it would never become healthy', () => {
    const [service] = ofType('AWS::ECS::Service');
    expect(service?.DependsOn).toContain(idOf('EcrDocker', 'AWS::EC2::VPCEndpoint'));
    expect(service?.DependsOn).toContain(idOf('FirstCopy', 'Custom::PublishedKeys'));
  });
});

describe('the copies of the signing keys', () => {
  const policy = statementsOf(ofType('AWS::S3::BucketPolicy')[0]);

  it('can be read through the endpoint of this network only, and never without TLS', () => {
    const read = policy.find(({ Sid }) => Sid === 'ReadFromThisNetwork');
    expect(read).toMatchObject({
      Effect: 'Allow',
      Action: 's3:GetObject',
      Condition: {
        StringEquals: { 'aws:SourceVpce': { Ref: idOf('EndpointsS3', 'AWS::EC2::VPCEndpoint') } },
      },
    });
    const allowed = policy.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed).toHaveLength(1);
    expect(
      policy.some(({ Condition }) => Condition?.Bool?.['aws:SecureTransport'] === 'false'),
    ).toBe(true);
  });

  it('can be written by the relay only, because whoever writes them can forge every user', () => {
    const deny = policy.find(({ Sid }) => Sid === 'WriteByTheRelayOnly');
    expect(deny).toMatchObject({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: ['s3:PutObject', 's3:PutObjectAcl'],
    });
    expect(JSON.stringify(deny?.Condition?.ArnNotEquals)).toContain('KeyRelayRole');
  });

  it('are written by a function that may do nothing else', () => {
    const own = ofType('AWS::IAM::Policy').filter(({ Properties }) =>
      JSON.stringify(Properties.Roles).includes('KeyRelayRole'),
    );
    const actions = own.flatMap(statementsOf).flatMap(({ Action }) => Action);
    expect(actions.sort()).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:DeleteObject',
      's3:PutObject',
    ]);
  });

  it('raise an alarm when no run has succeeded for an hour, also when none ran at all', () => {
    const alarm = ofType('AWS::CloudWatch::Alarm').find(({ Properties }) =>
      Properties.AlarmDescription.includes('signing keys'),
    );
    expect(alarm?.Properties).toMatchObject({
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
      EvaluationPeriods: 1,
    });
    const expressions = alarm?.Properties.Metrics.map(
      ({ Expression }: { Expression?: string }) => Expression,
    );
    expect(expressions).toContain('invocations - errors');
  });

  it('stop being written before they are removed, because a bucket with something in it cannot be deleted', () => {
    const [rule] = ofType('AWS::Events::Rule').filter(
      ({ Properties }) => Properties.ScheduleExpression === 'rate(5 minutes)',
    );
    expect(rule?.DependsOn).toContain(idOf('FirstCopy', 'Custom::PublishedKeys'));
  });

  it('are those of other authorization servers too, each under a name of its own whatever the order', () => {
    const issuers = ['https://acme.auth0.com/', 'https://globex.auth0.com/'].map((issuerUrl) =>
      TrustedIssuer.auth0({ issuerUrl, clients: ['a'] }),
    );
    const keySetsOf = (list: typeof issuers): Record<string, string> => {
      const own = aServer({
        egress: Egress.isolated(),
        authorization: Authorization.external(...list),
      }).template();
      const relay = resourcesOf(own, 'AWS::Lambda::Function').find(
        ({ Properties }) => Properties.Environment?.Variables.KEY_SETS,
      );
      const keySets = JSON.parse(relay?.Properties.Environment.Variables.KEY_SETS);
      return Object.fromEntries(
        keySets.map(({ jwksUri, objectKey }: Record<string, string>) => [jwksUri, objectKey]),
      );
    };
    const keySets = keySetsOf(issuers);
    expect(Object.keys(keySets)).toEqual([
      'https://acme.auth0.com/.well-known/jwks.json',
      'https://globex.auth0.com/.well-known/jwks.json',
    ]);
    expect(new Set(Object.values(keySets)).size).toBe(2);
    expect(keySetsOf([...issuers].reverse())).toEqual(keySets);
  });
});

it('an image of another registry is refused where it could never be pulled', () => {
  expect(() =>
    aServer({
      egress: Egress.isolated(),
      code: McpServerCode.fromImage(ContainerImage.fromRegistry('example.com/mcp')),
    }),
  ).toThrow(
    "'code' must come from Amazon ECR with Egress.isolated(), because no other registry can be reached, got an image of another registry",
  );
});
