import { Duration, RemovalPolicy, Size, Validations } from 'aws-cdk-lib';
import {
  AwsLogDriverMode,
  Capability,
  type ContainerDefinition,
  ContainerDependencyCondition,
  CpuArchitecture,
  FargateTaskDefinition,
  LinuxParameters,
  LogDrivers,
  OperatingSystemFamily,
  TmpfsMountOption,
  VersionConsistency,
} from 'aws-cdk-lib/aws-ecs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { SecurityLogGroup } from '../observability/security-log-group.ts';
import type { Companion } from './mcp-server-code.ts';
import type { McpServiceProps } from './mcp-service.ts';
import { concurrentCallsOf, smallestCpu } from './task-capacity.ts';

export const serverPort = 8080;

/** Nobody's user id: in no image's passwd file, owner of nothing. */
const unprivilegedUser = '65532';

const linuxParameters = (scope: Construct, id: string): LinuxParameters => {
  const parameters = new LinuxParameters(scope, id, { initProcessEnabled: true });
  parameters.dropCapabilities(Capability.ALL);
  parameters.addTmpfs({
    containerPath: '/tmp',
    size: 32,
    mountOptions: [TmpfsMountOption.NOSUID, TmpfsMountOption.NODEV, TmpfsMountOption.NOEXEC],
  });
  return parameters;
};

/** The agent's role: the CDK grants it the image and the log, this file nothing. */
const executionRole = (scope: Construct): Role => {
  const role = new Role(scope, 'ExecutionRole', {
    assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
  });
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'ecr:GetAuthorizationToken knows no resource; pulling is granted on one repository',
  });
  return role;
};

const taskRole = (scope: Construct): Role =>
  new Role(scope, 'TaskRole', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });

/** Everything taken away from a container that it does not need. */
const hardened = (scope: Construct, parametersId: string) => ({
  user: unprivilegedUser,
  readonlyRootFilesystem: true,
  linuxParameters: linuxParameters(scope, parametersId),
  versionConsistency: VersionConsistency.ENABLED,
  stopTimeout: Duration.seconds(60),
});

/**
 * No port mapping: the load balancer may reach the server's port only. A log of its own: what it
 * prints must not pass for a security event.
 */
const addCompanion = (
  scope: Construct,
  taskDefinition: FargateTaskDefinition,
  { image, command, environment, secrets }: Companion,
  props: McpServiceProps,
): ContainerDefinition => {
  const logGroup = new LogGroup(scope, 'CompanionLog', {
    retention: props.logRetention ?? RetentionDays.ONE_YEAR,
    removalPolicy: props.logRemovalPolicy ?? RemovalPolicy.RETAIN,
    encryptionKey: props.logEncryptionKey,
  });
  return taskDefinition.addContainer('Companion', {
    ...hardened(scope, 'CompanionLinuxParameters'),
    image,
    command: command && [...command],
    environment: { ...environment },
    secrets: { ...secrets },
    logging: LogDrivers.awsLogs({
      streamPrefix: 'companion',
      logGroup,
      mode: AwsLogDriverMode.NON_BLOCKING,
      maxBufferSize: Size.mebibytes(5),
    }),
  });
};

/** A larger task holds more calls; the smallest one holds what is the server's default. */
const placesOf = (cpu: number): { readonly [name: string]: string } =>
  cpu === smallestCpu ? {} : { MAX_CONCURRENT_CALLS: String(concurrentCallsOf(cpu)) };

/** The server's container and its log, and what stands beside it. */
export const hardenedTask = (scope: Construct, props: McpServiceProps) => {
  const logGroup = new SecurityLogGroup(scope, 'Log', {
    retention: props.logRetention,
    removalPolicy: props.logRemovalPolicy,
    encryptionKey: props.logEncryptionKey,
  });
  const cpu = props.cpu ?? smallestCpu;
  const taskDefinition = new FargateTaskDefinition(scope, 'Task', {
    cpu,
    memoryLimitMiB: props.memoryLimitMiB ?? 512,
    runtimePlatform: {
      cpuArchitecture: CpuArchitecture.ARM64,
      operatingSystemFamily: OperatingSystemFamily.LINUX,
    },
    executionRole: executionRole(scope),
    taskRole: taskRole(scope),
  });
  const { image, healthCheck, environment, secrets, companion } = props.code.bind(scope);
  const containerSecrets = { ...props.secrets, ...secrets };
  const server = taskDefinition.addContainer('Server', {
    ...hardened(scope, 'LinuxParameters'),
    image,
    healthCheck,
    environment: { ...placesOf(cpu), ...props.environment, ...environment },
    secrets: containerSecrets,
    portMappings: [{ containerPort: serverPort }],
    logging: LogDrivers.awsLogs({
      streamPrefix: 'server',
      logGroup,
      // A log service that is slow must not stop the server; the server numbers its events, so a
      // loss shows.
      mode: AwsLogDriverMode.NON_BLOCKING,
      maxBufferSize: Size.mebibytes(25),
    }),
  });
  if (companion) {
    const container = addCompanion(scope, taskDefinition, companion, props);
    server.addContainerDependencies({ container, condition: ContainerDependencyCondition.START });
  }
  Validations.of(taskDefinition).acknowledge({
    id: 'AwsSolutions-ECS2',
    reason: 'the variables are addresses and names; nothing secret is among them',
  });
  return {
    taskDefinition,
    logGroup,
    hasSecrets: Object.keys(containerSecrets).length > 0,
    /** That compute beside each other. */
    processes: companion ? 2 : 1,
  };
};
