import { Duration } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { ContainerImage, type HealthCheck, type Secret } from 'aws-cdk-lib/aws-ecs';
import type { IConstruct } from 'constructs';
import { guardImageDirectory, serverImageDirectory } from '../assets.ts';
import { type GuardedServerOptions, guardedServer } from './guarded-server.ts';

/** A container beside the server, in the same task, which only the server can reach. */
export interface Companion {
  readonly image: ContainerImage;
  /** @default - what its image says */
  readonly command?: readonly string[];
  readonly environment: { readonly [name: string]: string };
  readonly secrets: { readonly [name: string]: Secret };
}

/** What the service is to run. */
export interface McpServerImage {
  readonly image: ContainerImage;
  /** @default - the load balancer's health check alone decides */
  readonly healthCheck?: HealthCheck;
  /**
   * Beside the variables of every server.
   *
   * @default - none
   */
  readonly environment?: { readonly [name: string]: string };
  /** @default - none */
  readonly secrets?: { readonly [name: string]: Secret };
  /** @default - the server is alone */
  readonly companion?: Companion;
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

  /**
   * Any MCP server that speaks Streamable HTTP, in any language, unmodified, behind this package's
   * pipeline: see docs/guard-mode.md. It runs in the same task, and only the guard can reach it.
   */
  static guarded(options: GuardedServerOptions): McpServerCode {
    return new McpServerCode((construct) => ({
      image: arm64(guardImageDirectory(construct)),
      healthCheck,
      ...guardedServer(construct, options),
    }));
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
