import { Duration, Size, Validations } from 'aws-cdk-lib';
import {
  AwsLogDriverMode,
  Capability,
  CpuArchitecture,
  FargateTaskDefinition,
  LinuxParameters,
  LogDrivers,
  OperatingSystemFamily,
  TmpfsMountOption,
  VersionConsistency,
} from 'aws-cdk-lib/aws-ecs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { SecurityLogGroup } from '../observability/security-log-group.ts';
import type { McpServiceProps } from './mcp-service.ts';

export const serverPort = 8080;

/** Nobody's user id: in no image's passwd file, owner of nothing. */
const unprivilegedUser = '65532';

const linuxParameters = (scope: Construct): LinuxParameters => {
  const parameters = new LinuxParameters(scope, 'LinuxParameters', { initProcessEnabled: true });
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

/** One container with everything taken away that it does not need, and its log. */
export const hardenedTask = (scope: Construct, props: McpServiceProps) => {
  const logGroup = new SecurityLogGroup(scope, 'Log', {
    retention: props.logRetention,
    removalPolicy: props.logRemovalPolicy,
    encryptionKey: props.logEncryptionKey,
  });
  const taskDefinition = new FargateTaskDefinition(scope, 'Task', {
    cpu: props.cpu ?? 256,
    memoryLimitMiB: props.memoryLimitMiB ?? 512,
    runtimePlatform: {
      cpuArchitecture: CpuArchitecture.ARM64,
      operatingSystemFamily: OperatingSystemFamily.LINUX,
    },
    executionRole: executionRole(scope),
    taskRole: taskRole(scope),
  });
  const { image, healthCheck } = props.code.bind(scope);
  taskDefinition.addContainer('Server', {
    image,
    healthCheck,
    environment: { ...props.environment },
    secrets: { ...props.secrets },
    portMappings: [{ containerPort: serverPort }],
    user: unprivilegedUser,
    readonlyRootFilesystem: true,
    linuxParameters: linuxParameters(scope),
    versionConsistency: VersionConsistency.ENABLED,
    stopTimeout: Duration.seconds(60),
    logging: LogDrivers.awsLogs({
      streamPrefix: 'server',
      logGroup,
      // A log service that is slow must not stop the server; the server numbers its events, so a
      // loss shows.
      mode: AwsLogDriverMode.NON_BLOCKING,
      maxBufferSize: Size.mebibytes(25),
    }),
  });
  Validations.of(taskDefinition).acknowledge({
    id: 'AwsSolutions-ECS2',
    reason: 'the variables are addresses and names; nothing secret is among them',
  });
  return { taskDefinition, logGroup };
};
