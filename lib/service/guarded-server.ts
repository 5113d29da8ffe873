import { readFileSync } from 'node:fs';
import { Validations } from 'aws-cdk-lib';
import type { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { Secret as ContainerSecret } from 'aws-cdk-lib/aws-ecs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IConstruct } from 'constructs';
import { Construct } from 'constructs';
import type { GuardEnvironment } from '../../server/guard/environment.ts';
import type { Companion } from './mcp-server-code.ts';

export interface GuardedServerOptions {
  /**
   * An MCP server that speaks Streamable HTTP, for ARM64, unmodified. It should listen on
   * `127.0.0.1`; nothing but the guard can reach it in any case.
   */
  readonly image: ContainerImage;
  /** Where it listens. Not 8080, where the guard does. */
  readonly port: number;
  /**
   * Path of its endpoint.
   *
   * @default '/mcp'
   */
  readonly path?: string;
  /** JSON file that says who may use its tools, prompts and resources: see docs/guard-mode.md. */
  readonly accessPolicyFile: string;
  /**
   * Its variables. It also gets `CALLER_IDENTITY_SECRET`, to check who is calling.
   *
   * @default - none
   */
  readonly environment?: { readonly [name: string]: string };
  /**
   * What the container starts.
   *
   * @default - what its image says
   */
  readonly command?: readonly string[];
}

/** The policy is a variable of the guard, so that a change of it shows in `cdk diff`. */
const readPolicy = (path: string): string => {
  try {
    return JSON.stringify(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    throw new Error(`'accessPolicyFile' must be a readable JSON file, got ${path}`);
  }
};

const checkPlace = ({ port, path = '/mcp' }: GuardedServerOptions): void => {
  if (!Number.isInteger(port) || port < 1 || port > 65_535 || port === 8080)
    throw new Error(
      `'port' must be a free port other than 8080, which is the guard's, got ${port}`,
    );
  if (!/^\/[\w./~-]*$/.test(path))
    throw new Error(`'path' must be a path such as /mcp, got ${path}`);
};

type GuardVariables = Pick<GuardEnvironment, 'UPSTREAM_URL' | 'ACCESS_POLICY'>;

/**
 * What stands beside the guard: the server that it guards, and the secret with which that server can
 * tell that a call came through the guard.
 *
 * Does not check the policy's content: the guard does when it starts, and names every problem.
 */
export const guardedServer = (scope: IConstruct, options: GuardedServerOptions) => {
  checkPlace(options);
  const { image, port, path = '/mcp', command } = options;
  const parent = new Construct(scope as Construct, 'Guarded');
  const secret = new Secret(parent, 'CallerIdentitySecret', {
    description: 'Signs who is calling, from the guard to the server behind it',
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
  });
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason:
      'both containers read it when a task starts: a new value takes effect with the next deployment, and rotating between two would refuse calls',
  });
  const secrets = { CALLER_IDENTITY_SECRET: ContainerSecret.fromSecretsManager(secret) };
  const variables: GuardVariables = {
    UPSTREAM_URL: `http://127.0.0.1:${port}${path}`,
    ACCESS_POLICY: readPolicy(options.accessPolicyFile),
  };
  const companion: Companion = {
    image,
    command,
    environment: { PORT: String(port), ...options.environment },
    secrets,
  };
  return { environment: { ...variables }, secrets, companion };
};
