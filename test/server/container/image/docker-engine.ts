import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A Docker engine of one's own, in a temporary directory, without bridge or firewall rules. */

const run = promisify(execFile);

/** Debian: docker.io and mmdebstrap. */
const programs = ['dockerd', 'docker', 'mmdebstrap'] as const;

/** What is missing here, in words; empty where containers can run. */
export const missingForContainers = (): string =>
  [
    ...(process.getuid?.() === 0 ? [] : ['root']),
    ...programs.filter((name) => spawnSync('which', [name]).status !== 0),
  ].join(', ');

const mountsBelow = async (directory: string): Promise<readonly string[]> => {
  const lines = (await readFile('/proc/mounts', 'utf8')).split('\n');
  const points = lines.map((line) => line.split(' ')[1] ?? '');
  return points.filter((point) => point.startsWith(`${directory}/`)).reverse();
};

export interface DockerEngine {
  /** Runs `docker …` and resolves with what it printed; rejects when it fails. */
  readonly docker: (...args: readonly string[]) => Promise<string>;
  /** Both streams of a container's log. */
  readonly logsOf: (container: string) => Promise<{ stdout: string; stderr: string }>;
  readonly close: () => Promise<void>;
}

export const startDockerEngine = async (): Promise<DockerEngine> => {
  const directory = await mkdtemp(join(tmpdir(), 'docker-'));
  const socket = `unix://${directory}/socket`;
  const daemon = spawn(
    'dockerd',
    [
      ...['--data-root', `${directory}/data`, '--exec-root', `${directory}/exec`],
      ...['-H', socket, '--pidfile', `${directory}/pid`],
      ...['--bridge', 'none', '--iptables=false', '--ip6tables=false'],
    ],
    { stdio: 'ignore' },
  );
  const gone = once(daemon, 'exit');
  // BuildKit of a newer client asks for a plug-in that is not there.
  const env = { ...process.env, DOCKER_HOST: socket, DOCKER_BUILDKIT: '0' };
  const ask = (args: readonly string[]) =>
    run('docker', args, { env, maxBuffer: 64 * 1024 * 1024, timeout: 300_000 });
  const isUp = () =>
    ask(['version']).then(
      () => true,
      () => false,
    );
  for (let attempt = 0; !(await isUp()); attempt += 1) {
    if (attempt > 60 || daemon.exitCode !== null) throw new Error('dockerd did not start');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return {
    docker: async (...args) => (await ask(args)).stdout.trim(),
    logsOf: (container) => ask(['logs', container]),
    close: async () => {
      daemon.kill('SIGTERM');
      await gone;
      // What the daemon leaves mounted, its network namespace above all, cannot be removed.
      for (const mount of await mountsBelow(directory)) await run('umount', ['-l', mount]);
      await rm(directory, { recursive: true, force: true });
    },
  };
};
