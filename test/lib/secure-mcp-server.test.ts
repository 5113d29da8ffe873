import { RemovalPolicy } from 'aws-cdk-lib';
import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { grantStorePermissions } from '../../lambda/authorization-server/store/grant-table.ts';
import {
  type OperatorPermissions,
  operatorPermissions,
} from '../../lambda/operator/permissions.ts';
import { aServer, type Resource, type Resources, resourcesOf } from '../support/synth.ts';

type Statement = {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
};

const listOf = <T>(value: T | T[] | undefined): T[] => {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
};

const { server, stack, template: synthesise } = aServer();
server.addMachineClient('Reporting', { scopes: ['mcp:tools:read'] });
const template = synthesise();
const all: Resources = template.toJSON().Resources;

const statements = Object.values(all)
  .filter(({ Type }) => Type === 'AWS::IAM::Policy')
  .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[]);

/** What a role may do, as `action on logical id`, from its policies alone. */
const permissionsOf = (rolePrefix: string): readonly string[] => {
  const policies = Object.values(all).filter(
    ({ Type, Properties }) =>
      Type === 'AWS::IAM::Policy' &&
      Properties.Roles.some(({ Ref }: { Ref: string }) => Ref.startsWith(rolePrefix)),
  );
  return policies
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[])
    .flatMap((statement) =>
      listOf(statement.Action).map((action) => `${action} on ${on(statement)}`),
    )
    .sort();
};

const on = ({ Resource }: Statement): string => {
  const text = JSON.stringify(Resource);
  const name = /"(?:Ref|Fn::GetAtt)":\[?"([^"]+?)[0-9A-F]{8}"/.exec(text)?.[1];
  const index = /\/index\/([\w-]+)/.exec(text)?.[1];
  if (!name) return /repository/.test(text) ? 'AssetRepository' : text;
  return index ? `${name}/${index}` : name;
};

const roles = Object.entries(all).filter(([, { Type }]) => Type === 'AWS::IAM::Role');

describe('the door', () => {
  it('is private: the load balancer has no public address', () => {
    const [loadBalancer] = resourcesOf(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(loadBalancer?.Properties.Scheme).toBe('internal');
    const attributes = Object.fromEntries(
      loadBalancer?.Properties.LoadBalancerAttributes.map(
        ({ Key, Value }: { Key: string; Value: string }) => [Key, Value],
      ),
    );
    expect(attributes).toMatchObject({
      'routing.http.drop_invalid_header_fields.enabled': 'true',
      'routing.http.desync_mitigation_mode': 'defensive',
      'deletion_protection.enabled': 'true',
    });
  });

  it('admits CloudFront alone, by the security group of its VPC origins', () => {
    const ingress = Object.entries(all).filter(
      ([, { Type, Properties }]) =>
        Type === 'AWS::EC2::SecurityGroupIngress' &&
        JSON.stringify(Properties.GroupId).includes('LoadBalancerSecurityGroup'),
    );
    expect(ingress).toHaveLength(1);
    const source = JSON.stringify(ingress[0]?.[1].Properties.SourceSecurityGroupId);
    expect(source).toContain('SecurityGroups.0.GroupId');
    const lookup = resourcesOf(template, 'Custom::AWS')[0]?.Properties.Create;
    expect(JSON.stringify(lookup)).toContain('CloudFront-VPCOrigins-Service-SG');
  });

  it('opens to the internet in no security group, because one would be a way around the firewall', () => {
    const rules = Object.values(all).flatMap(({ Type, Properties }): unknown[] => {
      if (Type === 'AWS::EC2::SecurityGroup') return Properties.SecurityGroupIngress ?? [];
      return Type === 'AWS::EC2::SecurityGroupIngress' ? [Properties] : [];
    });
    expect(rules.length).toBeGreaterThan(0);
    expect(JSON.stringify(rules)).not.toMatch(/CidrIp/);
  });

  it('lets the load balancer reach nothing but the tasks, also where EC2 would allow everything', () => {
    const group = Object.entries(all).find(([id]) => id.includes('LoadBalancerSecurityGroup'));
    expect(group?.[1].Properties.SecurityGroupEgress).toEqual([
      { CidrIp: '127.0.0.1/32', IpProtocol: '-1', Description: 'Nowhere' },
    ]);
  });

  it('sends OAuth to the function with every header, because one cookie of two would be lost', () => {
    const [rule] = resourcesOf(template, 'AWS::ElasticLoadBalancingV2::ListenerRule');
    expect(rule?.Properties.Conditions[0].PathPatternConfig.Values).toEqual([
      '/.well-known/oauth-authorization-server',
      '/.well-known/openid-configuration',
      '/oauth/*',
    ]);
    const lambdaTarget = resourcesOf(template, 'AWS::ElasticLoadBalancingV2::TargetGroup').find(
      ({ Properties }) => Properties.TargetType === 'lambda',
    );
    expect(lambdaTarget?.Properties.TargetGroupAttributes).toEqual([
      { Key: 'lambda.multi_value_headers.enabled', Value: 'true' },
    ]);
  });
});

describe('the order of a first deployment', () => {
  const dependenciesOf = (type: string): string =>
    JSON.stringify(
      Object.values(all)
        .filter(({ Type }) => Type === type)
        .map(({ DependsOn }) => DependsOn),
    );

  it('attaches the internet gateway before the load balancer, because CloudFront makes no VPC origin without', () => {
    // The route through the gateway, which CloudFormation makes after attaching it.
    const waitsFor = dependenciesOf('AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(waitsFor).toContain('PublicSubnet1DefaultRoute');
  });

  it('opens the way out before the tasks start, because they fetch their image over it', () => {
    const waitsFor = dependenciesOf('AWS::ECS::Service');
    expect(waitsFor).toContain('PrivateSubnet1DefaultRoute');
    expect(waitsFor).toContain('PrivateSubnet2DefaultRoute');
  });
});

describe('what roles may do', () => {
  it('are roles of this list, each with a test of what it holds', () => {
    const names = roles.map(([id]) => id.replace(/[0-9A-F]{8}$/, ''));
    expect(names.sort()).toEqual([
      'CustomVpcRestrictDefaultSGCustomResourceProviderRole',
      'McpServerAuthorizationServerHandlerRole',
      'McpServerCloudFrontIngressRole',
      'McpServerMonitoringLogAlarmsRole',
      'McpServerNetworkVpcRejectedIAMRole',
      'McpServerOperatorHandlerRole',
      'McpServerPreTokenGenerationHandlerRole',
      'McpServerServiceExecutionRole',
      'McpServerServiceTaskRole',
    ]);
  });

  it('gives helpers of the deployment and of the alarms their one purpose', () => {
    expect(permissionsOf('McpServerCloudFrontIngressRole')).toEqual([
      'ec2:DescribeSecurityGroups on "*"',
      'logs:CreateLogStream on McpServerCloudFrontIngressLog',
      'logs:PutLogEvents on McpServerCloudFrontIngressLog',
    ]);
    expect(permissionsOf('McpServerNetworkVpcRejectedIAMRole')).toEqual([
      'logs:CreateLogStream on McpServerNetworkFlowLog',
      'logs:DescribeLogStreams on McpServerNetworkFlowLog',
      'logs:PutLogEvents on McpServerNetworkFlowLog',
    ]);
    const actions = permissionsOf('McpServerMonitoringLogAlarmsRole').map(
      (permission) => permission.split(' ')[0],
    );
    expect(actions).toEqual(['logs:GetQueryResults', 'logs:StartQuery', 'logs:StopQuery']);
    const provider = roles.find(([id]) => id.startsWith('CustomVpcRestrictDefaultSG'));
    const [policy] = provider?.[1].Properties.Policies ?? [];
    expect(policy.PolicyDocument.Statement[0].Action).toEqual([
      'ec2:AuthorizeSecurityGroupIngress',
      'ec2:AuthorizeSecurityGroupEgress',
      'ec2:RevokeSecurityGroupIngress',
      'ec2:RevokeSecurityGroupEgress',
    ]);
  });

  it('lets the tasks be named where security groups are, as any other construct', () => {
    const own = aServer();
    const database = new SecurityGroup(own.stack, 'Database', { vpc: own.server.vpc });
    database.connections.allowFrom(own.server, Port.tcp(5432));
    const [rule] = resourcesOf(own.template(), 'AWS::EC2::SecurityGroupEgress').filter(
      ({ Properties }) => Properties.FromPort === 5432,
    );
    expect(JSON.stringify(rule?.Properties.GroupId)).toContain('ServiceSecurityGroup');
  });

  it('never uses a wildcard action, and a wildcard resource only where IAM knows no other', () => {
    const actions = statements.flatMap(({ Action }) => listOf(Action));
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    const everywhere = statements.filter(({ Resource }) => listOf(Resource).includes('*'));
    expect(everywhere.flatMap(({ Action }) => listOf(Action)).sort()).toEqual([
      'ec2:DescribeSecurityGroups',
      'ecr:GetAuthorizationToken',
    ]);
  });

  it('gives the authorization server its table, its secret and its log, and nothing of Cognito', () => {
    const table = 'McpServerAuthorizationServerGrantsTable';
    expect(permissionsOf('McpServerAuthorizationServerHandlerRole')).toEqual(
      [
        ...grantStorePermissions.table.map((action) => `${action} on ${table}`),
        ...grantStorePermissions.subjectIndex.map((action) => `${action} on ${table}/by-subject`),
        'logs:CreateLogStream on McpServerAuthorizationServerHandlerLog',
        'logs:PutLogEvents on McpServerAuthorizationServerHandlerLog',
        'secretsmanager:GetSecretValue on McpServerAuthorizationServerKeysSecret',
      ].sort(),
    );
  });

  it('gives the operator what its actions call, on this pool and this table', () => {
    const needed = Object.values<OperatorPermissions>(operatorPermissions);
    const all = (of: (one: OperatorPermissions) => readonly string[], on: string) =>
      [...new Set(needed.flatMap(of))].map((action) => `${action} on ${on}`);
    const table = 'McpServerAuthorizationServerGrantsTable';
    expect(permissionsOf('McpServerOperatorHandlerRole')).toEqual(
      [
        ...all(({ userPool }) => userPool, 'McpServerUsersUserPool'),
        ...all(({ grantTable }) => grantTable, table),
        ...all(({ subjectIndex }) => subjectIndex, `${table}/by-subject`),
        'logs:CreateLogStream on McpServerOperatorHandlerLog',
        'logs:PutLogEvents on McpServerOperatorHandlerLog',
      ].sort(),
    );
  });

  it('lets nobody call the operator who was not granted it, and then that function only', () => {
    const own = aServer();
    const permissions = resourcesOf(own.template(), 'AWS::Lambda::Permission');
    expect(JSON.stringify(permissions)).not.toContain('Operator');
    const granted = aServer();
    const role = new Role(granted.stack, 'OnCall', { assumedBy: new AccountRootPrincipal() });
    granted.server.operator?.grantInvoke(role);
    const policy = resourcesOf(granted.template(), 'AWS::IAM::Policy').find(({ Properties }) =>
      JSON.stringify(Properties.Roles).includes('OnCall'),
    );
    const [statement] = (policy?.Properties.PolicyDocument.Statement ?? []) as Statement[];
    expect(statement?.Action).toBe('lambda:InvokeFunction');
    expect(JSON.stringify(statement?.Resource)).not.toContain('*');
    expect(JSON.stringify(statement?.Resource)).toContain('OperatorHandlerFunction');
  });

  it('gives the trigger its log only, because it decides from its event', () => {
    expect(permissionsOf('McpServerPreTokenGenerationHandlerRole')).toEqual([
      'logs:CreateLogStream on McpServerPreTokenGenerationHandlerLog',
      'logs:PutLogEvents on McpServerPreTokenGenerationHandlerLog',
    ]);
  });

  it('gives the tasks nothing, because tools are what attackers try to borrow', () => {
    expect(permissionsOf('McpServerServiceTaskRole')).toEqual([]);
  });

  it('gives the tasks what is granted to the server, as to any other construct', () => {
    const own = aServer();
    new Topic(own.stack, 'Topic').grantPublish(own.server);
    const actions = resourcesOf(own.template(), 'AWS::IAM::Policy')
      .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes('ServiceTaskRole'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[])
      .flatMap(({ Action }) => listOf(Action));
    expect(actions).toEqual(['sns:Publish']);
  });

  it('gives the container agent the image, the log and the key of the log’s hashes', () => {
    expect(permissionsOf('McpServerServiceExecutionRole')).toEqual([
      'ecr:BatchCheckLayerAvailability on AssetRepository',
      'ecr:BatchGetImage on AssetRepository',
      'ecr:GetAuthorizationToken on "*"',
      'ecr:GetDownloadUrlForLayer on AssetRepository',
      'logs:CreateLogStream on McpServerServiceLog',
      'logs:PutLogEvents on McpServerServiceLog',
      'secretsmanager:DescribeSecret on McpServerLogPseudonymKeySecret',
      'secretsmanager:GetSecretValue on McpServerLogPseudonymKeySecret',
    ]);
  });

  it('attaches managed policies nowhere but to the CDK’s own provider, because they grow', () => {
    const managed = roles.filter(([, { Properties }]) => Properties.ManagedPolicyArns);
    expect(managed.map(([id]) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual([
      'CustomVpcRestrictDefaultSGCustomResourceProviderRole',
    ]);
  });
});

const holdsUsersOrGrants: readonly string[] = [
  'AWS::Cognito::UserPool',
  'AWS::DynamoDB::GlobalTable',
  'AWS::SecretsManager::Secret',
];

const policiesOf = (resources: readonly Resource[]) =>
  resources
    .filter(({ Type }) => holdsUsersOrGrants.includes(Type))
    .map(({ Type, DeletionPolicy }) => [Type, DeletionPolicy]);

describe('what is kept', () => {
  it('keeps users, grants and keys when the stack goes, because nobody can make them again', () => {
    expect(policiesOf(Object.values(all))).toEqual([
      ['AWS::SecretsManager::Secret', 'Retain'],
      ['AWS::Cognito::UserPool', 'Retain'],
      ['AWS::DynamoDB::GlobalTable', 'Retain'],
      ['AWS::SecretsManager::Secret', 'Retain'],
      ['AWS::SecretsManager::Secret', 'Retain'],
    ]);
    const [userPool] = resourcesOf(template, 'AWS::Cognito::UserPool');
    expect(userPool?.Properties.DeletionProtection).toBe('ACTIVE');
    const [table] = resourcesOf(template, 'AWS::DynamoDB::GlobalTable');
    expect(table?.Properties.Replicas[0]).toMatchObject({
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it('leaves nothing behind where that is asked for, because a development stage comes and goes', () => {
    const disposable = aServer({ removalPolicy: RemovalPolicy.DESTROY }).template();
    const kept = resourcesOf(disposable).filter(
      ({ DeletionPolicy }) => DeletionPolicy === 'Retain',
    );
    expect(kept.map(({ Type }) => Type)).toEqual([]);
    const [userPool] = resourcesOf(disposable, 'AWS::Cognito::UserPool');
    expect(userPool?.Properties.DeletionProtection).toBe('INACTIVE');
  });

  it('keeps every log for a stated time, because "for ever" is a bill and a liability', () => {
    const groups = resourcesOf(template, 'AWS::Logs::LogGroup');
    expect(groups).toHaveLength(9);
    const retention = groups.map(({ Properties }) => Properties.RetentionInDays);
    expect(retention.every((days) => days >= 30)).toBe(true);
  });
});

describe('the names in the template', () => {
  it('are the same at every synth, because a random login domain would change with every deployment', () => {
    const again = aServer();
    again.server.addMachineClient('Reporting', { scopes: ['mcp:tools:read'] });
    expect(JSON.stringify(again.template().toJSON())).toBe(JSON.stringify(template.toJSON()));
  });

  it('are few, because a name stands in the way of a replacement', () => {
    const resources = Object.values(all).filter(({ Type }) => Type !== 'AWS::Lambda::Permission');
    const named = resources.filter(({ Properties }) =>
      ['FunctionName', 'TableName', 'RoleName', 'BucketName', 'LoadBalancerName'].some(
        (name) => Properties?.[name] !== undefined,
      ),
    );
    expect(named.map(({ Type }) => Type)).toEqual(['AWS::Lambda::Function']);
  });

  it('hold no value of a secret, because templates are stored and shown', () => {
    const secrets = resourcesOf(template, 'AWS::SecretsManager::Secret');
    const [logKey, sealingKey, secret] = secrets.map(({ Properties }) => Properties);
    for (const key of [logKey, sealingKey])
      expect(key?.GenerateSecretString).toMatchObject({
        PasswordLength: 43,
        ExcludePunctuation: true,
      });
    expect(JSON.stringify(secret?.SecretString)).toMatch(/ClientSecret.*resolve:secretsmanager:/);
  });

  it('belong to one stack, because a server without its users is no use', () => {
    expect(stack.dependencies).toEqual([]);
  });
});
