import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { processCpu } from './process-cpu.ts';
import { freePort, putLoad } from './server-process.ts';

/** A server's process from its first moment on, seen from outside. Linux only. */

export interface ColdProcess {
  readonly port: number;
  /** From the start of the process to its first healthy answer, in milliseconds. */
  readonly readyAfter: number;
  /** All threads so far, in milliseconds. */
  readonly cpu: () => number;
  readonly residentMegabytes: () => number;
  readonly stop: () => Promise<void>;
}

const residentMegabytesOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

const untilHealthy = async (port: number): Promise<void> => {
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline) {
    const isHealthy = await fetch(`http://127.0.0.1:${port}/healthz`).then(
      async (response) => {
        await response.text();
        return response.ok;
      },
      () => false,
    );
    if (isHealthy) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error('the server did not become healthy');
};

export const startCold = async (
  command: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<ColdProcess> => {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, command, {
    stdio: 'ignore',
    env: { HOST: '127.0.0.1', PORT: String(port), ...environment },
  });
  const pid = child.pid as number;
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  try {
    await untilHealthy(port);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    readyAfter: performance.now() - startedAt,
    cpu: () => processCpu(pid),
    residentMegabytes: () => residentMegabytesOf(pid),
    stop,
  };
};

/** Resident memory after a thousand calls that were all answered with 200. */
export const residentAfterCalls = async (
  { port, residentMegabytes }: ColdProcess,
  requests: readonly string[],
): Promise<number> => {
  const order = { port, requests, connections: 16, count: 1000, milliseconds: 20_000 };
  const { statuses, sample } = await putLoad(order);
  if (Object.keys(statuses).join() !== '200')
    throw new Error(`${JSON.stringify(statuses)}, ${sample}`);
  return residentMegabytes();
};
