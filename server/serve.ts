import { faultLine } from './application-log.ts';
import { parseServerConfig, type ServerConfig } from './config.ts';
import { ConfigurationError } from './environment-reader.ts';
import type { McpApplication } from './mcp/application.ts';
import type { McpBackend } from './mcp/backend.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { type BufferedSecurityLog, createSecurityLog } from './security-log.ts';
import { type RunningServer, startResourceServer } from './start-server.ts';

export interface ServeOptions {
  /** @default - read from the environment; every problem with it is reported at once */
  readonly config?: ServerConfig;
  /**
   * Gets faults with everything they say, which may quote arguments and data.
   *
   * @default - one JSON line each on standard error: class, code and stack frames, no message
   */
  readonly onFault?: (fault: unknown, correlationId: string) => void;
  /** How long calls in flight may take after SIGTERM. @default 20_000, below ECS's 30 s */
  readonly drainMs?: number;
}

const printFault = (fault: unknown, correlationId: string): void => {
  process.stderr.write(faultLine(fault, correlationId));
};

/** What a stuck reader kept the security log from saying is at least counted in the other stream. */
const printLoss = (lines: number): void => {
  process.stderr.write(`${JSON.stringify({ level: 'error', securityLogLinesLost: lines })}\n`);
};

/** What to run and with which configuration. */
interface Plan {
  readonly served: McpApplication | McpBackend;
  readonly config: ServerConfig;
}

const openMetrics = (
  { metricsNamespace: namespace, metricsTools: tools = [] }: ServerConfig,
  log: BufferedSecurityLog,
): Metrics | undefined =>
  namespace === undefined
    ? undefined
    : createMetrics({
        namespace,
        tools,
        output: process.stdout,
        now: Date.now,
        droppedLines: () => log.dropped,
      });

const start = async (
  { served, config }: Plan,
  { onFault = printFault, drainMs }: Omit<ServeOptions, 'config'>,
): Promise<RunningServer> => {
  const log = createSecurityLog(process.stdout);
  const metrics = openMetrics(config, log);
  const securityLog = metrics?.counting(log) ?? log;
  const server = await startResourceServer(config, { securityLog, onFault, application: served });
  metrics?.start(server.openCalls);
  const stop = async (): Promise<void> => {
    await server.close(drainMs === undefined ? {} : { drainMs });
    await metrics?.close();
    const lost = await log.flush();
    if (lost > 0) printLoss(lost);
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());
  return server;
};

/** As {@link serve}, for whoever has more to configure than the environment of a server. */
export const serveWith = async (
  plan: () => Plan,
  options: Omit<ServeOptions, 'config'> = {},
): Promise<RunningServer> => {
  try {
    return await start(plan(), options);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(1);
  }
};

/**
 * Runs a server for the rest of the process: configuration from the environment, keys fetched and
 * warm, listening, security events on standard output, and on SIGTERM or SIGINT a drain: no new
 * connections, calls in flight finish, streams end with a result, exit 0.
 *
 * What is wrong with the configuration goes to standard error in plain words, all of it at once,
 * and the process exits with 1.
 *
 * Every request has passed the whole pipeline before a handler runs: access token (RFC 9068 §4,
 * RFC 8707 §2; 401), access policy (RFC 6750 §3.1; 403 with a challenge), tenant (403).
 *
 * @example
 * await serve({ name: 'clock', version: '1.0.0', tools: [now] });
 */
export const serve = (
  served: McpApplication | McpBackend,
  { config, ...options }: ServeOptions = {},
): Promise<RunningServer> =>
  serveWith(() => ({ served, config: config ?? parseServerConfig() }), options);
