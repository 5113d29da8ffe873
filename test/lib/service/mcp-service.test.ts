import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { describe, expect, it } from 'vitest';
import { McpServerCode } from '../../../lib/index.ts';
import { aServer, resourcesOf } from '../../support/synth.ts';

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
    const [spot] = resourcesOf(aServer({ useSpot: true }).template(), 'AWS::ECS::Service');
    expect(spot?.Properties.CapacityProviderStrategy).toEqual([
      { CapacityProvider: 'FARGATE_SPOT', Weight: 1 },
    ]);
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
