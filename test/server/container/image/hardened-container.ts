import { randomUUID } from 'node:crypto';
import { aFreePort } from '../../../support/redis-server.ts';
import type { DockerEngine } from './docker-engine.ts';

/** A container as ECS runs it for us: nothing to write to, nobody to become, half a gigabyte. */

export interface Container {
  readonly name: string;
  readonly port: number;
  /** One value of `docker inspect`, as JSON. */
  readonly inspect: (format: string) => Promise<unknown>;
  readonly remove: () => Promise<void>;
}

const restrictions = [
  ...['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
  ...['--memory', '512m', '--memory-swap', '512m', '--pids-limit', '200'],
];

/** Shares the network of the host, so that servers on loopback are its neighbours, as in one task. */
export const startContainer = async (
  { docker }: DockerEngine,
  image: string,
  {
    environment,
    mounts = [],
  }: {
    readonly environment: Readonly<Record<string, string>>;
    /** `host:container`, read-only. */
    readonly mounts?: readonly string[];
  },
): Promise<Container> => {
  const name = `mcp-${randomUUID()}`;
  const port = await aFreePort();
  const variables = { HOST: '127.0.0.1', PORT: String(port), ...environment };
  await docker(
    ...['run', '-d', '--name', name, '--network', 'host', ...restrictions],
    ...mounts.flatMap((mount) => ['-v', `${mount}:ro`]),
    ...Object.entries(variables).flatMap(([key, value]) => ['-e', `${key}=${value}`]),
    image,
  );
  return {
    name,
    port,
    inspect: async (format) =>
      JSON.parse(await docker('inspect', '-f', `{{json ${format}}}`, name)),
    remove: async () => void (await docker('rm', '-f', name)),
  };
};
