import { Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { type IVpc, Peer, Port, SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import {
  AlarmBehavior,
  AvailabilityZoneRebalancing,
  type CapacityProviderStrategy,
  Cluster,
  ContainerInsights,
  FargateService,
  type FargateTaskDefinition,
  type Secret,
} from 'aws-cdk-lib/aws-ecs';
import type { ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ServerEnvironment } from '../../server/environment.ts';
import type { Deployment } from './deployment.ts';
import type { LoadBalancer } from './load-balancer.ts';
import type { McpServerCode } from './mcp-server-code.ts';
import { ServiceTargets } from './service-targets.ts';
import { cpuPercent, requestsPerMinute, smallestCpu } from './task-capacity.ts';
import { hardenedTask } from './task-definition.ts';

export interface McpServiceProps {
  readonly vpc: IVpc;
  /** Sends the service everything that no other rule takes. */
  readonly loadBalancer: LoadBalancer;
  readonly code: McpServerCode;
  readonly environment: ServerEnvironment;
  /**
   * Variables that are secret: read by the container agent when a task starts, in no template.
   *
   * @default - none
   */
  readonly secrets?: { readonly [name: string]: Secret };
  /** @default 2 */
  readonly minTasks?: number;
  /** @default 10 */
  readonly maxTasks?: number;
  /**
   * CPU units of a task: 256 is a quarter of a vCPU. A larger one holds more calls at a time, up to one
   * vCPU, which is what a process of Node computes with.
   *
   * @default 256
   */
  readonly cpu?: number;
  /** @default 512 */
  readonly memoryLimitMiB?: number;
  /**
   * Whether tasks run on spare capacity, at a third of the price and with two minutes' notice. Of
   * two and more the first does not, so that there is always one.
   *
   * @default false
   */
  readonly useSpot?: boolean;
  /**
   * How a new version takes over.
   *
   * @default Deployment.rolling()
   */
  readonly deployment?: Deployment;
  /**
   * How long the security log is kept.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: RetentionDays;
  /**
   * What happens to the security log when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly logRemovalPolicy?: RemovalPolicy;
  /**
   * Encrypts the log.
   *
   * @default - a key of the log service
   */
  readonly logEncryptionKey?: IKey;
}

/**
 * The resource server on Fargate. Guarantees: ARM64, read-only file system, no root, no Linux
 * capability, no public address, https out and nothing else, a task role without a permission;
 * a deployment that does not become healthy, or whose calls fail, is rolled back.
 *
 * Tasks hold nothing that another task lacks: they may come and go.
 */
export class McpService extends Construct {
  readonly service: FargateService;
  readonly targetGroup: ApplicationTargetGroup;
  /** More than five in a hundred calls fail. Takes a deployment back. */
  readonly failureAlarm: Alarm;
  readonly securityGroup: SecurityGroup;
  readonly logGroup: ILogGroup;
  /** Starts without any permission; grant to it what your tools need. */
  readonly taskRole: IRole;
  /** Whether a task needs AWS Secrets Manager to start. */
  readonly hasSecrets: boolean;

  constructor(scope: Construct, id: string, props: McpServiceProps) {
    super(scope, id);
    const cluster = this.createCluster(props);
    const { taskDefinition, logGroup, hasSecrets, processes } = hardenedTask(this, props);
    this.logGroup = logGroup;
    this.taskRole = taskDefinition.taskRole;
    this.hasSecrets = hasSecrets;
    this.securityGroup = this.createSecurityGroup(props.vpc);
    const isCanary = props.deployment?.canarySettings !== undefined;
    const targets = new ServiceTargets(this, { ...props, isCanary });
    this.targetGroup = targets.targetGroup;
    this.failureAlarm = targets.failureAlarm;
    this.service = this.createService(props, cluster, taskDefinition);
    targets.attach(this.service);
    this.scale(props, processes);
  }

  private createCluster({ vpc, useSpot }: McpServiceProps): Cluster {
    const cluster = new Cluster(this, 'Cluster', {
      vpc,
      enableFargateCapacityProviders: useSpot ?? false,
      containerInsightsV2: ContainerInsights.DISABLED,
    });
    Validations.of(cluster).acknowledge({
      id: 'AwsSolutions-ECS4',
      reason:
        'service metrics of ECS and the load balancer are free and enough to scale and alarm on; Container Insights bills every metric of every task',
    });
    return cluster;
  }

  private createSecurityGroup(vpc: IVpc): SecurityGroup {
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Tasks: from the load balancer, to https anywhere',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(Peer.anyIpv4(), Port.HTTPS, 'signing keys, logs, images, tools');
    return securityGroup;
  }

  private createService(
    props: McpServiceProps,
    cluster: Cluster,
    taskDefinition: FargateTaskDefinition,
  ): FargateService {
    const hasEgress = props.vpc.privateSubnets.length > 0;
    const vpcSubnets = {
      subnetType: hasEgress ? SubnetType.PRIVATE_WITH_EGRESS : SubnetType.PRIVATE_ISOLATED,
    };
    const service = new FargateService(this, 'Service', {
      cluster,
      taskDefinition,
      vpcSubnets,
      securityGroups: [this.securityGroup],
      assignPublicIp: false,
      enableExecuteCommand: false,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
      deploymentAlarms: {
        alarmNames: [this.failureAlarm.alarmName],
        behavior: AlarmBehavior.ROLLBACK_ON_ALARM,
      },
      ...props.deployment?.canarySettings,
      availabilityZoneRebalancing: AvailabilityZoneRebalancing.ENABLED,
      healthCheckGracePeriod: Duration.seconds(60),
      ...(props.useSpot && { capacityProviderStrategies: spotMix(props) }),
    });
    // Without a way out a task can fetch neither its image nor the signing keys.
    const { internetConnectivityEstablished } = props.vpc.selectSubnets(vpcSubnets);
    service.node.addDependency(internetConnectivityEstablished);
    return service;
  }

  private scale(
    { minTasks, maxTasks, cpu = smallestCpu, deployment }: McpServiceProps,
    processes: number,
  ): void {
    const scaling = this.service.autoScaleTaskCount({
      minCapacity: minTasks ?? 2,
      maxCapacity: maxTasks ?? 10,
    });
    scaling.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: cpuPercent(cpu, processes) });
    // Counted for one half of a canary only.
    if (deployment?.canarySettings) return;
    scaling.scaleOnRequestCount('Requests', {
      requestsPerTarget: requestsPerMinute(cpu),
      targetGroup: this.targetGroup,
    });
  }
}

const spotMix = ({ minTasks = 2 }: McpServiceProps): CapacityProviderStrategy[] => [
  ...(minTasks > 1 ? [{ capacityProvider: 'FARGATE', base: 1, weight: 0 }] : []),
  { capacityProvider: 'FARGATE_SPOT', weight: 1 },
];
