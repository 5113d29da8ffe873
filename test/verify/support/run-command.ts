import { type CommandSurroundings, verifyCommand } from '../../../verify/command.ts';

/** Runs the command as a process would, and keeps what it says. */
export interface Ran {
  readonly exitCode: number;
  readonly printed: string;
  readonly errors: string;
  readonly files: ReadonlyMap<string, string>;
  readonly tookMs: number;
}

export const runCommand = async (
  argv: readonly string[],
  changes: Partial<CommandSurroundings> & {
    readonly known?: Readonly<Record<string, string>>;
  } = {},
): Promise<Ran> => {
  const { known = {}, ...surroundings } = changes;
  const files = new Map<string, string>();
  let printed = '';
  let errors = '';
  const startedAt = performance.now();
  const exitCode = await verifyCommand({
    arguments: argv,
    environment: {},
    readLine: async () => undefined,
    readInput: async () => undefined,
    readFile: async (path) => {
      const text = known[path];
      if (text === undefined) throw new Error('no such file');
      return text;
    },
    writeFile: async (path, text) => {
      files.set(path, text);
    },
    print: (text) => {
      printed += text;
    },
    printError: (text) => {
      errors += text;
    },
    isTerminal: false,
    ...surroundings,
  });
  return { exitCode, printed, errors, files, tookMs: performance.now() - startedAt };
};
