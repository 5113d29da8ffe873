import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, listening, onCore } from './server-process.ts';

/** Programs that stand in for services of AWS, on the core of the load. */

export const reasonAgainstProgram = (name: string): string | undefined =>
  spawnSync('which', [name]).status === 0 ? undefined : `${name} is not installed`;

export interface StandIn {
  readonly port: number;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

const startProgram = async (
  port: number,
  program: readonly string[],
  directory: string,
): Promise<StandIn> => {
  const [command, ...args] = onCore(1, program);
  const child = spawn(command, args, { stdio: 'ignore', cwd: directory });
  await listening(port);
  return {
    port,
    pid: child.pid as number,
    stop: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

/** HAProxy in the place of the ALB: round robin, connections to the tasks are kept. */
export const startLoadBalancer = async (tasks: readonly number[]): Promise<StandIn> => {
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), 'haproxy-'));
  const file = join(directory, 'haproxy.cfg');
  const servers = tasks.map((task, index) => `  server s${index} 127.0.0.1:${task}`);
  writeFileSync(
    file,
    [
      'global\n  maxconn 1000\n  nbthread 1',
      'defaults\n  mode http\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s',
      `frontend public\n  bind 127.0.0.1:${port}\n  default_backend tasks`,
      'backend tasks\n  balance roundrobin\n  http-reuse always',
      ...servers,
      '',
    ].join('\n'),
  );
  return startProgram(port, ['haproxy', '-f', file, '-db'], directory);
};

/** redis-server in the place of ElastiCache. */
export const startStore = async (): Promise<StandIn> => {
  const port = await freePort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', ''];
  const directory = mkdtempSync(join(tmpdir(), 'redis-'));
  return startProgram(port, ['redis-server', ...options], directory);
};
