import { Duration } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { ContainerImage, type HealthCheck } from 'aws-cdk-lib/aws-ecs';
import type { IConstruct } from 'constructs';
import { serverImageDirectory } from '../assets.ts';

/** What the service is to run. */
export interface McpServerImage {
  readonly image: ContainerImage;
  /** @default - the load balancer's health check alone decides */
  readonly healthCheck?: HealthCheck;
}

type Bind = (construct: IConstruct) => McpServerImage;

/** Where the container comes from. */
export class McpServerCode {
  /** The demonstration server of this package: notes, shared within a tenant. */
  static demo(): McpServerCode {
    return new McpServerCode((construct) => ({
      image: arm64(serverImageDirectory(construct)),
      healthCheck,
    }));
  }

  /**
   * A directory with a Dockerfile, built for ARM64 when it is deployed.
   *
   * The container gets the variables of `server/environment.ts`, listens on port 8080 and answers
   * `GET /healthz`. It runs as user 65532 on a read-only file system with a small `/tmp`.
   */
  static fromAsset(directory: string): McpServerCode {
    return new McpServerCode(() => ({ image: arm64(directory) }));
  }

  /** An image that exists already, for ARM64. See {@link fromAsset} for what it must do. */
  static fromImage(image: ContainerImage): McpServerCode {
    return new McpServerCode(() => ({ image }));
  }

  /** For the service. */
  readonly bind: Bind;

  private constructor(bind: Bind) {
    this.bind = bind;
  }
}

const arm64 = (directory: string): ContainerImage =>
  ContainerImage.fromAsset(directory, { platform: Platform.LINUX_ARM64 });

// The image has no curl; Node asks itself.
const healthCheck: HealthCheck = {
  command: [
    'CMD',
    'node',
    '-e',
    "fetch('http://127.0.0.1:8080/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))",
  ],
  interval: Duration.seconds(30),
  timeout: Duration.seconds(5),
  retries: 3,
  startPeriod: Duration.seconds(20),
};
