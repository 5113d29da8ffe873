import { createSecurityLog } from '../server/security-log.ts';
import { banner, readyObject } from './banner.ts';
import { type LocalMode, startLocalMode } from './local-mode.ts';
import { prettySecurityLog } from './pretty-security-log.ts';

/** The command line of local mode: arguments in, exit code out. */

export interface CommandInput {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A mistake of the person at the keyboard: one line, no stack. */
export class UsageError extends Error {
  static readonly code = 'ERR_USAGE';
}

const defaultPort = 8787;

export const portOf = (environment: CommandInput['environment']): number => {
  const value = environment.PORT ?? String(defaultPort);
  const port = Number(value);
  if (!/^\d{1,5}$/.test(value) || port > 65_535)
    throw new UsageError(`PORT must be a number from 0 to 65535, got '${value}'`);
  return port;
};

/** Starts local mode, or explains in one line why it cannot start. */
export const startOrExplain = async (
  port: number,
  options: Omit<Parameters<typeof startLocalMode>[0], 'port'>,
): Promise<LocalMode> => {
  try {
    return await startLocalMode({ ...options, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new UsageError(
        `port ${port} is in use. Stop what listens there, or take any free one: PORT=0 npm run dev`,
      );
    if (code === 'EACCES')
      throw new UsageError(
        `port ${port} may not be opened by this user. Choose one above 1023: PORT=8787 npm run dev`,
      );
    throw error;
  }
};

const readArguments = (given: readonly string[]): { readonly asJson: boolean } => {
  const unknown = given.filter((argument) => argument !== '--json');
  if (unknown.length > 0)
    throw new UsageError(
      `unknown argument ${unknown.join(' ')}. Known: --json (and PORT in the environment)`,
    );
  return { asJson: given.includes('--json') };
};

/** Faults go to stderr, with everything they say: this is the operator's own terminal. */
export const printFault = (fault: unknown): void => {
  process.stderr.write(`${(fault as Error)?.stack ?? fault}\n`);
};

const untilInterrupted = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });

/** `npm run dev`: runs until Ctrl-C. */
export const developmentCommand = async (input: CommandInput): Promise<void> => {
  const { asJson } = readArguments(input.arguments);
  // Before anything says "ready": whoever reads that may end the process at once.
  const interrupted = untilInterrupted();
  const jsonLog = asJson ? createSecurityLog(process.stdout) : undefined;
  // Events that happen while starting wait, so that the first line is the one scripts read.
  const held: Parameters<typeof securityLog.record>[0][] = [];
  const securityLog = jsonLog ?? prettySecurityLog(process.stdout, process.stdout.isTTY);
  let isReady = false;
  const local = await startOrExplain(portOf(input.environment), {
    securityLog: { record: (event) => (isReady ? securityLog.record(event) : held.push(event)) },
    onFault: printFault,
  });
  process.stdout.write(asJson ? `${JSON.stringify(readyObject(local))}\n` : `${banner(local)}\n`);
  isReady = true;
  for (const event of held) securityLog.record(event);
  await interrupted;
  await local.close();
  await jsonLog?.flush();
};

/** `| head` hangs up in the middle: nobody reads any more, which is no fault. */
const tolerateHangUp = (output: NodeJS.WriteStream): void => {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
};

/** Runs a command; a usage error becomes one line and exit code 2. */
export const runCommand = async (
  command: (input: CommandInput) => Promise<void>,
  input: CommandInput,
): Promise<number> => {
  tolerateHangUp(process.stdout);
  try {
    await command(input);
    return 0;
  } catch (error) {
    const isUsage = error instanceof UsageError;
    const text = isUsage ? error.message : ((error as Error)?.stack ?? String(error));
    process.stderr.write(`cdk-secure-mcp: ${text}\n`);
    return isUsage ? 2 : 1;
  }
};
