import type { LoadOrder, LoadReport } from './generator.ts';
import { putLoad, type ServerProcess, startServer } from './server-process.ts';

/**
 * Measures scenarios side by side: all servers run at once, rounds are interleaved, and before each
 * sample comes load that is not measured, because a process that was idle for a minute has
 * forgotten its optimised code. Of the rounds, the one with the least CPU time counts: whatever
 * else the machine did can only add to it.
 */

export interface Scenario {
  /** Row of the table. */
  readonly name: string;
  /** File in `servers/`. */
  readonly server: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Options of Node, where the server is shipped with some. */
  readonly nodeOptions?: readonly string[];
  readonly requests: readonly string[];
  readonly status?: number;
  /** Text that a right answer holds. */
  readonly holds?: string;
  readonly connections?: number;
  readonly isFresh?: boolean;
}

export interface Measurement {
  readonly name: string;
  /** All threads of the server, in microseconds per request. */
  readonly cpu: number;
  readonly rounds: readonly number[];
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly residentMegabytes: number;
  readonly loopDelayP99: number;
  /** What the server wrote to its log, per request. */
  readonly logBytes: number;
}

export interface Effort {
  readonly rounds: number;
  readonly warmMs: number;
  readonly sampleMs: number;
  /** Before the first round: the compiler needs calls, not time. */
  readonly warmCalls: number;
}

interface Subject {
  readonly scenario: Scenario;
  readonly server: ServerProcess;
  readonly order: Omit<LoadOrder, 'milliseconds'>;
  readonly samples: Sample[];
}

type Sample = LoadReport & Omit<Measurement, 'name' | 'rounds' | 'perSecond' | 'p50' | 'p99'>;

/** One process per server and environment, however many scenarios use it. */
const startSubjects = async (
  scenarios: readonly Scenario[],
  jwks: string,
): Promise<readonly Subject[]> => {
  const servers = new Map<string, Promise<ServerProcess>>();
  return Promise.all(
    scenarios.map(async (scenario) => {
      const { environment = {}, nodeOptions, requests, connections = 16, isFresh } = scenario;
      const key = JSON.stringify([scenario.server, environment, nodeOptions]);
      const started =
        servers.get(key) ??
        startServer(scenario.server, { BENCH_JWKS: jwks, ...environment }, nodeOptions);
      servers.set(key, started);
      const server = await started;
      const order = { port: server.port, requests, connections, ...(isFresh && { isFresh }) };
      return { scenario, server, order, samples: [] };
    }),
  );
};

/** A server that answers something else is fast for the wrong reason. */
const assertRight = ({ scenario }: Subject, { statuses, sample, broken }: LoadReport): void => {
  const { name, status = 200, holds = '' } = scenario;
  const isRight = Object.keys(statuses).join() === String(status) && sample.includes(holds);
  if (!isRight)
    throw new Error(`${name}: ${JSON.stringify(statuses)}, ${broken} broken, ${sample}`);
};

const warm = async (subject: Subject, calls: number): Promise<void> => {
  const order = { ...subject.order, milliseconds: 15_000, count: calls };
  assertRight(subject, await putLoad(order));
};

const sample = async (subject: Subject, { warmMs, sampleMs }: Effort): Promise<void> => {
  const { server, order, samples } = subject;
  if (warmMs > 0) await putLoad({ ...order, milliseconds: warmMs });
  const before = await server.read();
  const writtenBefore = server.written();
  const report = await putLoad({ ...order, milliseconds: sampleMs });
  const after = await server.read();
  assertRight(subject, report);
  samples.push({
    ...report,
    cpu: (after.cpuMicroseconds - before.cpuMicroseconds) / report.answered,
    residentMegabytes: after.residentBytes / 1024 / 1024,
    loopDelayP99: after.delayP99,
    logBytes: (server.written() - writtenBefore) / report.answered,
  });
};

const summaryOf = ({ scenario, samples }: Subject): Measurement => {
  const [best, ...others] = [...samples].sort((one, other) => one.cpu - other.cpu);
  if (!best) throw new Error(`${scenario.name} was never measured`);
  const quietest = [best, ...others].reduce((one, other) => (other.p99 < one.p99 ? other : one));
  return {
    name: scenario.name,
    cpu: best.cpu,
    rounds: samples.map(({ cpu }) => cpu),
    perSecond: (best.answered / best.milliseconds) * 1000,
    p50: quietest.p50,
    p99: quietest.p99,
    residentMegabytes: best.residentMegabytes,
    loopDelayP99: quietest.loopDelayP99,
    logBytes: best.logBytes,
  };
};

export const measure = async (
  scenarios: readonly Scenario[],
  { jwks, effort, report }: { jwks: string; effort: Effort; report: (line: string) => void },
): Promise<readonly Measurement[]> => {
  const subjects = await startSubjects(scenarios, jwks);
  try {
    for (const subject of subjects) await warm(subject, effort.warmCalls);
    for (let round = 0; round < effort.rounds; round += 1)
      for (const subject of subjects) {
        await sample(subject, effort);
        const cpu = subject.samples.at(-1)?.cpu ?? Number.NaN;
        report(`round ${round + 1}  ${subject.scenario.name.padEnd(40)} ${cpu.toFixed(0)} µs`);
      }
    return subjects.map(summaryOf);
  } finally {
    await Promise.all([...new Set(subjects.map(({ server }) => server))].map(({ stop }) => stop()));
  }
};
