import { type ChildProcess, spawn } from 'node:child_process';

/** A program started as a person starts it, with everything it says. */
export interface RunningProgram {
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the first complete line of stdout; rejects when the program ends without one. */
  readonly firstLine: Promise<string>;
  /** Resolves when it has ended and all output has arrived. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Resolves as soon as stdout contains the text. */
  readonly says: (text: string) => Promise<void>;
}

export interface ProgramOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** The whole process group is killed after this time. @default 60_000 */
  readonly timeoutMs?: number;
}

const collectorOf = (stream: NodeJS.ReadableStream | null) => {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
};

const killGroup = ({ pid, exitCode }: ChildProcess, name: NodeJS.Signals): void => {
  if (pid === undefined || exitCode !== null) return;
  try {
    process.kill(-pid, name);
  } catch {
    // It has ended in the meantime.
  }
};

/**
 * Starts a program in a process group of its own. Inherits `PATH` and `HOME` and nothing else, so
 * that settings of the test runner do not reach it. Its stdin stays open: some clients end with it.
 */
export const startProgram = (
  command: string,
  argv: readonly string[],
  options: ProgramOptions = {},
): RunningProgram => {
  const { cwd, environment, timeoutMs = 60_000 } = options;
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(command, argv, {
    cwd,
    env: { PATH, HOME, ...environment },
    detached: true,
    stdio: 'pipe',
  });
  const stdout = collectorOf(child.stdout);
  const stderr = collectorOf(child.stderr);
  const timer = setTimeout(() => killGroup(child, 'SIGKILL'), timeoutMs);
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal });
    });
  });

  const waitFor = <T>(find: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const look = () => {
        const found = find();
        if (found === undefined) return;
        child.stdout?.off('data', look);
        resolve(found);
      };
      child.stdout?.on('data', look);
      look();
      ended.then(
        () => reject(new Error(`ended before it said so:\n${stdout()}\n${stderr()}`)),
        reject,
      );
    });

  const firstLine = waitFor(() => {
    const end = stdout().indexOf('\n');
    return end === -1 ? undefined : stdout().slice(0, end);
  });
  // Whoever does not wait for the line must not be hit by its rejection.
  firstLine.catch(() => {});
  return {
    stdout,
    stderr,
    firstLine,
    ended,
    signal: (name) => killGroup(child, name),
    says: async (text) => {
      await waitFor(() => (stdout().includes(text) ? true : undefined));
    },
  };
};
