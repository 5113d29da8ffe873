import { Duration } from 'aws-cdk-lib';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { describe, expect, it } from 'vitest';
import { Deployment, McpServerCode } from '../../../lib/index.ts';
import { aServer, type Resources, resourcesOf } from '../../support/synth.ts';

const template = aServer().template();
const [task] = resourcesOf(template, 'AWS::ECS::TaskDefinition').map((one) => one.Properties);
const [service] = resourcesOf(template, 'AWS::ECS::Service').map((one) => one.Properties);
const container = task?.ContainerDefinitions[0];

describe('the task', () => {
  it('has nothing that an intruder could use: no root, no capability, no writable disk', () => {
    expect(container).toMatchObject({
      User: '65532',
      ReadonlyRootFilesystem: true,
      LinuxParameters: {
        Capabilities: { Drop: ['ALL'] },
        InitProcessEnabled: true,
        Tmpfs: [{ ContainerPath: '/tmp', Size: 32, MountOptions: ['nosuid', 'nodev', 'noexec'] }],
      },
    });
    expect(container.Privileged).toBeUndefined();
  });

  it('runs on ARM64 and runs exactly the image that was deployed', () => {
    expect(task?.RuntimePlatform).toEqual({
      CpuArchitecture: 'ARM64',
      OperatingSystemFamily: 'LINUX',
    });
    expect(container.VersionConsistency).toBe('enabled');
  });

  it('never waits for the log service, and has room for what cannot be sent yet', () => {
    expect(container.LogConfiguration).toMatchObject({
      LogDriver: 'awslogs',
      Options: { mode: 'non-blocking', 'max-buffer-size': `${25 * 1024 * 1024}b` },
    });
  });

  it('has time to end its streams, because main.ts drains for 20 seconds', () => {
    expect(container.StopTimeout).toBe(60);
  });
});

describe('the service', () => {
  it('has no public address and no shell', () => {
    expect(service?.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp).toBe('DISABLED');
    expect(service?.EnableExecuteCommand).toBe(false);
    const [task] = resourcesOf(template, 'AWS::EC2::Subnet').filter(
      ({ Properties }) => Properties.MapPublicIpOnLaunch,
    );
    expect(task).toBeUndefined();
  });

  it('is spread over two availability zones and takes back a bad deployment', () => {
    expect(service?.NetworkConfiguration.AwsvpcConfiguration.Subnets).toHaveLength(2);
    expect(service).toMatchObject({
      AvailabilityZoneRebalancing: 'ENABLED',
      DeploymentConfiguration: {
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
      },
    });
  });

  it('states no number of tasks, because a deployment would undo the scaling', () => {
    expect(service?.DesiredCount).toBeUndefined();
    const [target] = resourcesOf(template, 'AWS::ApplicationAutoScaling::ScalableTarget');
    expect(target?.Properties).toMatchObject({ MinCapacity: 2, MaxCapacity: 10 });
    const metrics = resourcesOf(template, 'AWS::ApplicationAutoScaling::ScalingPolicy').map(
      ({ Properties }) =>
        Properties.TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification
          .PredefinedMetricType,
    );
    expect(metrics).toEqual(['ECSServiceAverageCPUUtilization', 'ALBRequestCountPerTarget']);
  });

  it('can reach https and nothing else', () => {
    const group = resourcesOf(template, 'AWS::EC2::SecurityGroup').find(({ Properties }) =>
      Properties.GroupDescription.startsWith('Tasks'),
    );
    expect(group?.Properties.SecurityGroupEgress).toMatchObject([
      { CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443, IpProtocol: 'tcp' },
    ]);
  });

  it('runs on spare capacity only where that is asked for', () => {
    expect(service?.LaunchType).toBe('FARGATE');
    const strategyOf = (minTasks?: number) => {
      const own = aServer({ useSpot: true, minTasks }).template();
      return resourcesOf(own, 'AWS::ECS::Service')[0]?.Properties.CapacityProviderStrategy;
    };
    expect(strategyOf(1)).toEqual([{ CapacityProvider: 'FARGATE_SPOT', Weight: 1 }]);
    // Of several one always stays, because AWS takes spare capacity back from all at once.
    expect(strategyOf()).toEqual([
      { CapacityProvider: 'FARGATE', Base: 1, Weight: 0 },
      { CapacityProvider: 'FARGATE_SPOT', Weight: 1 },
    ]);
  });

  it('takes a deployment back when more than five in a hundred calls fail, because a server can be healthy and wrong', () => {
    const alarm = Object.entries(template.toJSON().Resources as Resources).find(
      ([, { Properties }]) => Properties?.AlarmDescription?.startsWith('More than five'),
    );
    expect(service?.DeploymentConfiguration.Alarms).toEqual({
      AlarmNames: [{ Ref: alarm?.[0] }],
      Enable: true,
      Rollback: true,
    });
    expect(alarm?.[1].Properties).toMatchObject({
      Threshold: 5,
      ComparisonOperator: 'GreaterThanThreshold',
      // A quiet server has no metric, and no failure.
      TreatMissingData: 'notBreaching',
    });
  });
});

describe('a canary', () => {
  const deployment = Deployment.canary({ percent: 5, bakeTime: Duration.minutes(15) });
  const canary = aServer({ deployment }).template();
  const [own] = resourcesOf(canary, 'AWS::ECS::Service').map((one) => one.Properties);

  it('gives the new version a share, watches it, and keeps the old one as long', () => {
    expect(own?.DeploymentConfiguration).toMatchObject({
      Strategy: 'CANARY',
      CanaryConfiguration: { CanaryPercent: 5, CanaryBakeTimeInMinutes: 15 },
      BakeTimeInMinutes: 15,
      Alarms: { Enable: true, Rollback: true },
    });
  });

  it('has a rule that ECS may change, and a role that may change nothing else', () => {
    const rules = resourcesOf(canary, 'AWS::ElasticLoadBalancingV2::ListenerRule');
    const [server] = rules.filter(({ Properties }) => Properties.Priority === 100);
    // Written down, because an edit of it would send everybody to the idle half.
    expect(server?.Properties.Conditions).toEqual([
      { Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } },
    ]);
    const [listener] = resourcesOf(canary, 'AWS::ElasticLoadBalancingV2::Listener');
    expect(listener?.Properties.DefaultActions[0].Type).toBe('fixed-response');
    const policy = resourcesOf(canary, 'AWS::IAM::Policy').find(({ Properties }) =>
      JSON.stringify(Properties.Roles).includes('InfrastructureRole'),
    );
    const [change, look] = policy?.Properties.PolicyDocument.Statement ?? [];
    expect(change.Action).toEqual([
      'elasticloadbalancing:RegisterTargets',
      'elasticloadbalancing:DeregisterTargets',
      'elasticloadbalancing:ModifyRule',
    ]);
    expect(JSON.stringify(change.Resource)).not.toContain('*');
    expect(look.Action.every((action: string) => action.includes(':Describe'))).toBe(true);
  });

  it('scales on CPU only, because requests are counted for one half', () => {
    expect(resourcesOf(canary, 'AWS::ApplicationAutoScaling::ScalingPolicy')).toHaveLength(1);
  });

  it('lets the load balancer reach the tasks of both versions', () => {
    const reaching = resourcesOf(canary, 'AWS::EC2::SecurityGroupIngress').filter(
      ({ Properties }) =>
        JSON.stringify(Properties.GroupId).includes('ServiceSecurityGroup') &&
        JSON.stringify(Properties.SourceSecurityGroupId).includes('LoadBalancer'),
    );
    expect(reaching.map(({ Properties }) => Properties.FromPort)).toEqual([8080]);
  });

  it.each([
    ["'percent' must be from 0.1 to less than 100, got 100", { percent: 100 }],
    ["'bakeTime' must be from a minute to a day, got 2 days", { bakeTime: Duration.days(2) }],
  ])('is refused: %s', (problem, options) => {
    expect(() => aServer({ deployment: Deployment.canary(options) })).toThrow(problem);
  });
});

describe('an image of one’s own', () => {
  it('is taken as it is, without a health check that needs Node in it', () => {
    const code = McpServerCode.fromImage(
      ContainerImage.fromRegistry('public.ecr.aws/example/server:1'),
    );
    const [own] = resourcesOf(aServer({ code }).template(), 'AWS::ECS::TaskDefinition');
    expect(own?.Properties.ContainerDefinitions[0]).toMatchObject({
      Image: 'public.ecr.aws/example/server:1',
      ReadonlyRootFilesystem: true,
    });
    expect(own?.Properties.ContainerDefinitions[0].HealthCheck).toBeUndefined();
  });
});
