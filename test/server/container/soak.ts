import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { aFreePort } from '../../support/redis-server.ts';
import {
  bundleServer,
  environmentOf,
  type ServerProcess,
  spawnServer,
  startIssuer,
  untilHealth,
} from '../../support/server-bundle.ts';
import { traffic } from './traffic.ts';

/**
 * Mixed valid, invalid and hostile traffic against one process of the bundle, for as long as is
 * asked: `node test/server/container/soak.ts 600` prints what was seen as JSON, and exits with 1
 * when there was a 5xx of ours, a crash, or memory that grew by more than a tenth.
 */

export interface SoakReport {
  readonly seconds: number;
  readonly calls: number;
  /** Answers by status; 0 is a connection that was cut, by the client or by the server. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Medians of the second and the last quarter. */
  readonly rssMegabytes: { readonly before: number; readonly after: number };
  /** Of a timer of 10 ms, so a loop that is never late has 10. */
  readonly eventLoopDelayMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly isAlive: boolean;
}

const concurrency = 6;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const rssOf = (pid: number): number => {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
};

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const delaysOf = async (server: ServerProcess): Promise<SoakReport['eventLoopDelayMs']> => {
  server.signal('SIGUSR2');
  await pause(500);
  const line = server.output().stderr.match(/\{"eventLoopDelayNs".*\}/)?.[0] ?? '{}';
  const { p50 = 0, p99 = 0, max = 0 } = JSON.parse(line).eventLoopDelayNs ?? {};
  const ms = (nanoseconds: number) => Math.round(nanoseconds / 1e4) / 100;
  return { p50: ms(p50), p99: ms(p99), max: ms(max) };
};

const load = async (target: Parameters<(typeof traffic)[number]>[0], until: number) => {
  const statuses: Record<string, number> = {};
  const client = async (offset: number): Promise<void> => {
    for (let round = offset; Date.now() < until; round += 1) {
      const status = await (traffic[round % traffic.length] as (typeof traffic)[number])(target);
      statuses[status] = (statuses[status] ?? 0) + 1;
      await pause(20);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, (_, index) => client(index * 2)));
  return statuses;
};

export const soak = async (seconds: number): Promise<SoakReport> => {
  const [bundle, issuer] = await Promise.all([
    bundleServer('test/support/slow-tool-server.ts'),
    startIssuer(),
  ]);
  const port = await aFreePort();
  const rateLimits = { address: null, principal: null, tenant: null };
  const server = await spawnServer(bundle, {
    ...environmentOf(issuer.issuer),
    RATE_LIMITS: JSON.stringify(rateLimits),
    PORT: String(port),
    ALLOWED_HOSTS: `127.0.0.1:${port}`,
    SHUTDOWN_DELAY_MS: '0',
  });
  let isAlive = true;
  void server.ended.then(() => {
    isAlive = false;
  });
  try {
    await untilHealth(server.port, 200);
    const samples: number[] = [];
    const sampler = setInterval(() => isAlive && samples.push(rssOf(server.pid)), 500);
    const statuses = await load({ port: server.port, issuer }, Date.now() + seconds * 1000);
    clearInterval(sampler);
    const quarter = Math.floor(samples.length / 4);
    return {
      seconds,
      calls: Object.values(statuses).reduce((sum, count) => sum + count, 0),
      statuses,
      rssMegabytes: {
        before: Math.round(median(samples.slice(quarter, 2 * quarter))),
        after: Math.round(median(samples.slice(3 * quarter))),
      },
      eventLoopDelayMs: await delaysOf(server),
      isAlive,
    };
  } finally {
    server.signal('SIGKILL');
    await server.ended;
    await issuer.close();
    await bundle.close();
  }
};

/** What a report has to say for the soak to have passed. */
export const soakProblems = ({
  statuses,
  rssMegabytes,
  isAlive,
}: SoakReport): readonly string[] => [
  ...(isAlive ? [] : ['the server ended']),
  ...Object.keys(statuses)
    .filter((status) => Number(status) >= 500)
    .map((status) => `${statuses[status]} answers with ${status}`),
  ...(rssMegabytes.after > rssMegabytes.before * 1.1
    ? [`memory grew from ${rssMegabytes.before} to ${rssMegabytes.after} MB`]
    : []),
];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const report = await soak(Number(process.argv[2] ?? 600));
  const problems = soakProblems(report);
  process.stdout.write(`${JSON.stringify({ ...report, problems }, null, 2)}\n`);
  process.exit(problems.length === 0 ? 0 : 1);
}
