import { createCpuQuota } from './cpu-quota.ts';
import type { LoadOrder } from './generator.ts';
import { echoedText, rawCalls } from './requests.ts';
import type { Step } from './saturation.ts';
import { imageOptions } from './scenarios.ts';
import { putLoad, type ServerProcess, startServer } from './server-process.ts';
import { accessTokens, type Signer } from './tokens.ts';

/** Servers that get as much of a vCPU as a task does, and even load on them. */

export const quarterOfVcpu = 0.25;

/** As many as a load balancer keeps open to its tasks. */
const connections = 64;

/** Enough people that nobody is always the same, few enough that everybody is warm. */
export const requestsOf = (signer: Signer): readonly string[] => rawCalls(accessTokens(signer, 64));

export interface LimitedTask {
  readonly server: ServerProcess;
  readonly stop: () => Promise<void>;
}

/** Warm before it is held, because it is the steady state that is looked for. */
export const startLimitedTask = async (
  name: string,
  signer: Signer,
  environment: Readonly<Record<string, string>> = {},
): Promise<LimitedTask> => {
  const options = name === 'ours' ? imageOptions : [];
  const server = await startServer(name, { BENCH_JWKS: signer.jwks, ...environment }, options);
  const { port, child } = server;
  const quota = createCpuQuota(`bench-${process.pid}-${port}`, quarterOfVcpu);
  const stop = async () => {
    await server.stop();
    quota.remove();
  };
  try {
    const order = { port, requests: requestsOf(signer), connections: 16 };
    await putLoad({ ...order, count: 12_000, milliseconds: 20_000 });
    quota.hold(child.pid as number);
    return { server, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const cpuOf = async (servers: readonly ServerProcess[]): Promise<number> => {
  const gauges = await Promise.all(servers.map(({ read }) => read()));
  return gauges.reduce((sum, { cpuMicroseconds }) => sum + cpuMicroseconds, 0);
};

/** What came of an even rate. A generator that cannot keep it says nothing about the servers. */
export const offer = async (
  servers: readonly ServerProcess[],
  order: Omit<LoadOrder, 'connections'> & { readonly rate: number },
): Promise<Step> => {
  // What the one before has left behind is not this one's.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const before = await cpuOf(servers);
  const report = await putLoad({ ...order, connections });
  const used = (await cpuOf(servers)) - before;
  const { offered, answered, broken, statuses, p50, p99, sample, lagP99 } = report;
  if (lagP99 > 25) throw new Error(`the generator was ${lagP99} ms late itself`);
  if (!sample.includes(echoedText)) throw new Error(`not an answer of the tool: ${sample}`);
  const failed = answered - (statuses[200] ?? 0) + broken;
  return { rate: order.rate, offered, answered, failed, p50, p99, cpu: used / answered };
};
