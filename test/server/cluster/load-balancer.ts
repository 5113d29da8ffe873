import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aFreePort } from '../../support/redis-server.ts';

/**
 * Debian's HAProxy in the place of the ALB: round robin, health checks four times a second, a new
 * connection elsewhere when a server does not take one. It never sends a request twice.
 */
const configuration = (port: number, servers: readonly number[], idleMs: number): string =>
  `
global
  maxconn 1000
defaults
  mode http
  timeout connect 1s
  timeout client ${idleMs}ms
  timeout server ${idleMs}ms
  retries 3
  option redispatch 1
frontend public
  bind 127.0.0.1:${port}
  default_backend servers
backend servers
  balance roundrobin
  option httpchk GET /healthz
  default-server inter 250ms fall 1 rise 1
${servers.map((target, index) => `  server s${index} 127.0.0.1:${target} check`).join('\n')}
`.trimStart();

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });

export const untilListening = async (port: number, timeoutMs = 10_000): Promise<void> => {
  const deadline = Date.now() + timeoutMs;
  while (!(await isListening(port))) {
    if (Date.now() > deadline) throw new Error(`nobody listens on ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

export const startLoadBalancer = async (
  servers: readonly number[],
  /** How long either side may say nothing: an ALB's idle timeout. */
  { idleMs = 60_000 }: { readonly idleMs?: number } = {},
) => {
  const port = await aFreePort();
  const directory = await mkdtemp(join(tmpdir(), 'haproxy-'));
  const file = join(directory, 'haproxy.cfg');
  await writeFile(file, configuration(port, servers, idleMs));
  const child = spawn('haproxy', ['-f', file, '-db'], { stdio: 'ignore' });
  const gone = once(child, 'exit');
  await untilListening(port);
  return {
    port,
    close: async () => {
      child.kill('SIGKILL');
      await gone;
      await rm(directory, { recursive: true, force: true });
    },
  };
};
