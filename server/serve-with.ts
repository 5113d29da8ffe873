import { faultLine } from './application-log.ts';
import type { ServerConfig } from './config.ts';
import { ConfigurationError } from './environment-reader.ts';
import type { McpBackend } from './mcp/backend.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { type BufferedSecurityLog, createSecurityLog } from './security-log.ts';
import { type RunningServer, startServer } from './start-server.ts';

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
  readonly backend: McpBackend;
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
  { backend, config }: Plan,
  { onFault = printFault, drainMs }: Omit<ServeOptions, 'config'>,
): Promise<RunningServer> => {
  const log = createSecurityLog(process.stdout);
  const metrics = openMetrics(config, log);
  const securityLog = metrics?.counting(log) ?? log;
  const server = await startServer(config, { securityLog, onFault, backend });
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

/** As `serve`, for whoever has more to configure than the environment of a server. */
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
