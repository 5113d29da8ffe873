import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { LoadOrder, LoadReport } from './generator.ts';
import type { Gauge } from './servers/gauge.ts';

/** Processes that are measured, and the one that puts load on them, on different cores. */

const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const isPinnable = process.platform === 'linux' && availableParallelism() > 1;

/** The command, tied to one core where that is possible. */
export const onCore = (core: number, command: readonly string[]): readonly [string, ...string[]] =>
  (isPinnable ? ['taskset', '-c', String(core), ...command] : command) as [string, ...string[]];

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, 'close');
  return port;
};

/** Resolves as soon as something listens. */
export const listening = async (port: number, timeoutMs = 20_000): Promise<void> => {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    if (Date.now() > deadline) throw new Error(`nothing listens on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
};

export interface ServerProcess {
  readonly port: number;
  readonly child: ChildProcess;
  /** Bytes the server has written to its standard output. */
  readonly written: () => number;
  readonly read: (request?: 'read' | 'collect') => Promise<Gauge>;
  readonly stop: () => Promise<void>;
}

/** Starts `bench/servers/<name>.ts` and waits until it listens. */
export const startServer = async (
  name: string,
  environment: Readonly<Record<string, string>> = {},
  nodeOptions: readonly string[] = [],
): Promise<ServerProcess> => {
  const port = await freePort();
  const gauge = ['--import', fileOf('servers/gauge.ts')];
  const [command, ...args] = onCore(0, [
    process.execPath,
    ...nodeOptions,
    ...gauge,
    fileOf(`servers/${name}.ts`),
  ]);
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PORT: String(port),
      ...environment,
    },
  });
  let bytes = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`${name} ended with ${code ?? signal}`);
  });
  // Whoever waits for the server hears of it; where nobody does, it was told to end.
  ended.catch(() => undefined);
  await Promise.race([listening(port), ended]);
  return {
    port,
    child,
    written: () => bytes,
    read: async (request = 'read') => {
      child.send(request);
      const [gaugeRead] = (await Promise.race([once(child, 'message'), ended])) as [Gauge];
      return gaugeRead;
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), 3000);
      await once(child, 'exit');
      clearTimeout(killer);
    },
  };
};

/** Puts load on a server from the other core. */
export const putLoad = async (order: LoadOrder): Promise<LoadReport> => {
  const [command, ...args] = onCore(1, [process.execPath, fileOf('generator.ts')]);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin?.end(JSON.stringify(order));
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the load generator ended with ${code}`);
  return JSON.parse(Buffer.concat(chunks).toString()) as LoadReport;
};
