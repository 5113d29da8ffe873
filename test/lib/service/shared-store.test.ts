import { Duration } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { describe, expect, it } from 'vitest';
import { Egress, RateLimit, SharedStore } from '../../../lib/index.ts';
import { parseServerConfig } from '../../../server/config.ts';
import { aServer, aStack, type Resources, resolved, resourcesOf } from '../../support/synth.ts';

const { server, template: synthesise } = aServer({ sharedStore: SharedStore.valkey() });
const template = synthesise();
const propertiesOf = (type: string) => resourcesOf(template, type).map((one) => one.Properties);
const [container] = propertiesOf('AWS::ECS::TaskDefinition').flatMap(
  ({ ContainerDefinitions }) => ContainerDefinitions,
);
const all: Resources = template.toJSON().Resources;

describe('a Valkey of the server’s own', () => {
  it('gives its URL to the container as a secret, because the password is in it', () => {
    const names = container.Secrets.map(({ Name }: { Name: string }) => Name);
    expect(names).toContain('SHARED_STORE');
    const variables = container.Environment.map(({ Name }: { Name: string }) => Name);
    expect(variables).not.toContain('SHARED_STORE');
  });

  it('has a URL that the server can read, over TLS, with the one user', () => {
    const url = propertiesOf('AWS::SecretsManager::Secret').find(({ Description }) =>
      String(Description).startsWith('Where the server finds its Valkey'),
    );
    const filled = resolved(url?.SecretString).replace(/\{\{resolve:[^}]+\}\}/, 'p'.repeat(64));
    const parsed = new URL(
      filled
        .replace(/GetAtt-\w+\.Endpoint\.Address/, 'mcp.cache')
        .replace(/GetAtt-\w+\.Endpoint\.Port/, '6379'),
    );
    expect(parsed).toMatchObject({ protocol: 'rediss:', username: 'server', port: '6379' });
    const issuer = 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool';
    const config = parseServerConfig({
      RESOURCE_IDENTIFIER: 'https://mcp.example.com/mcp',
      AUTHORIZATION_SERVER: 'https://mcp.example.com',
      TOKEN_ISSUERS: JSON.stringify([{ issuer }]),
      USER_CLIENTS: 'a',
      SHARED_STORE: parsed.href,
    });
    expect(config.sharedStore).toBe(parsed.href);
  });

  it('admits the tasks and nobody else', () => {
    const ingress = propertiesOf('AWS::EC2::SecurityGroupIngress').filter(({ GroupId }) =>
      JSON.stringify(GroupId).includes('Valkey'),
    );
    expect(ingress).toHaveLength(1);
    expect(ingress[0]).toMatchObject({ FromPort: 6379, ToPort: 6380 });
    expect(JSON.stringify(ingress[0]?.SourceSecurityGroupId)).toContain('ServiceSecurityGroup');
    const group = Object.entries(all).find(
      ([id, { Type }]) => id.includes('Valkey') && Type === 'AWS::EC2::SecurityGroup',
    );
    expect(group?.[1].Properties.SecurityGroupIngress).toBeUndefined();
  });

  it('lets its user administer nothing, because the tasks only count', () => {
    const [user] = propertiesOf('AWS::ElastiCache::User');
    expect(user?.AccessString).toContain('-@admin -@dangerous');
    expect(user?.NoPasswordRequired).toBeUndefined();
    expect(JSON.stringify(user?.Passwords)).toContain('resolve:secretsmanager');
  });

  it('cannot cost more than was said, because a store that grows is a bill', () => {
    const [cache] = propertiesOf('AWS::ElastiCache::ServerlessCache');
    expect(cache?.CacheUsageLimits).toEqual({
      DataStorage: { Maximum: 1, Unit: 'GB' },
      ECPUPerSecond: { Maximum: 5000 },
    });
  });

  it('is asked for by name only where AWS gives none, and then by one of at most 40 characters', () => {
    const [cache] = propertiesOf('AWS::ElastiCache::ServerlessCache');
    const guid = '51af3dc0-da77-11e4-872e-1234567db123';
    const [prefix, address] = String(cache?.ServerlessCacheName['Fn::Join'][1][0]).split('-');
    const name = `${prefix}-${address}-${guid.slice(0, 8)}-${guid.slice(-12)}`;
    expect(name.length).toBeLessThanOrEqual(40);
    expect(JSON.stringify(cache?.ServerlessCacheName)).toContain('AWS::StackId');
  });

  it('lets the container agent read the URL, and still gives the tasks nothing', () => {
    const policies = propertiesOf('AWS::IAM::Policy').map((policy) => JSON.stringify(policy));
    const agent = policies.find((policy) => policy.includes('ServiceExecutionRole'));
    expect(agent).toContain('secretsmanager:GetSecretValue');
    expect(policies.filter((policy) => policy.includes('ServiceTaskRole'))).toEqual([]);
    expect(server.service.hasSecrets).toBe(true);
  });

  it('makes a network without a way out reach Secrets Manager, because tasks start with the secret', () => {
    const isolated = aServer({
      egress: Egress.isolated(),
      sharedStore: SharedStore.valkey(),
    }).template();
    const names = resourcesOf(isolated, 'AWS::EC2::VPCEndpoint').map(({ Properties }) =>
      JSON.stringify(Properties.ServiceName),
    );
    expect(names.some((name) => name.includes('secretsmanager'))).toBe(true);
  });
});

describe('a store that exists', () => {
  it('is named by its secret, and nothing is made', () => {
    const own = aServer({
      sharedStore: SharedStore.fromUrlSecret(
        Secret.fromSecretNameV2(aStack(), 'Store', 'redis-url'),
      ),
    }).template();
    expect(resourcesOf(own, 'AWS::ElastiCache::ServerlessCache')).toEqual([]);
  });
});

describe('the limits of the server', () => {
  it('are what the server reads; what is left out keeps its default there', () => {
    const limited = aServer({
      rateLimits: {
        perPrincipal: RateLimit.perMinute(60),
        perTenant: RateLimit.off(),
        perTool: { delete_note: RateLimit.per(10, Duration.hours(1)) },
      },
    }).template();
    const [task] = resourcesOf(limited, 'AWS::ECS::TaskDefinition');
    const variable = task?.Properties.ContainerDefinitions[0].Environment.find(
      ({ Name }: { Name: string }) => Name === 'RATE_LIMITS',
    );
    const config = parseServerConfig({
      RESOURCE_IDENTIFIER: 'https://mcp.example.com/mcp',
      AUTHORIZATION_SERVER: 'https://mcp.example.com',
      TOKEN_ISSUERS: '[{"issuer":"https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool"}]',
      USER_CLIENTS: 'a',
      RATE_LIMITS: variable.Value,
    });
    expect(config.rateLimits).toMatchObject({
      address: { calls: 3000, seconds: 60 },
      principal: { calls: 60, seconds: 60 },
      tenant: null,
      tools: { delete_note: { calls: 10, seconds: 3600 } },
    });
  });

  it.each([
    [
      "'rateLimits.perPrincipal' must be 1 to 10000000 calls in 1 to 86400 seconds, got 0 in 60",
      { rateLimits: { perPrincipal: RateLimit.perMinute(0) } },
    ],
    [
      "'rateLimits.perTool' must limit the tools it names, got RateLimit.off() for delete_note",
      { rateLimits: { perTool: { delete_note: RateLimit.off() } } },
    ],
    [
      "'maxGigabytes' must be a whole number from 1 to 5000, got 0",
      { sharedStore: SharedStore.valkey({ maxGigabytes: 0 }) },
    ],
    [
      "'maxEcpuPerSecond' must be a whole number from 1000 to 15000000, got 10",
      { sharedStore: SharedStore.valkey({ maxEcpuPerSecond: 10 }) },
    ],
  ])('are refused: %s', (problem, props) => {
    expect(() => aServer(props)).toThrow(problem);
  });
});
