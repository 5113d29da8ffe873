/** One command with many words: which one was meant, or one readable line. */

export interface Subcommand {
  /** What it does, in a few words. */
  readonly summary: string;
  /** Takes what follows its name; returns the exit code. */
  readonly run: (argv: readonly string[]) => Promise<number>;
}

export interface Output {
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
}

const helpOf = (name: string, subcommands: Readonly<Record<string, Subcommand>>): string => {
  const rows = Object.entries(subcommands).map(
    ([word, { summary }]) => `  ${word.padEnd(10)} ${summary}`,
  );
  return `Usage: ${name} <command> [options]

${rows.join('\n')}

${name} <command> --help says what each of them takes. ${name} --version says which version this is.
`;
};

/** What was typed, short and without anything that a terminal acts on. */
const shown = (word: string): string => JSON.stringify(word.slice(0, 40));

/**
 * Runs the command that is named first. Guarantees: an unknown word is one line on the standard
 * error and exit code 2, and never starts anything.
 */
export const runSubcommand = async (
  name: string,
  version: string,
  subcommands: Readonly<Record<string, Subcommand>>,
  argv: readonly string[],
  { print, printError }: Output,
): Promise<number> => {
  const [word, ...rest] = argv;
  if (word === undefined || word === '--help' || word === '-h' || word === 'help') {
    (word === undefined ? printError : print)(helpOf(name, subcommands));
    return word === undefined ? 2 : 0;
  }
  if (word === '--version') {
    print(`${version}\n`);
    return 0;
  }
  const subcommand = Object.hasOwn(subcommands, word) ? subcommands[word] : undefined;
  if (subcommand) return subcommand.run(rest);
  const known = Object.keys(subcommands).join(', ');
  printError(`${name}: unknown command ${shown(word)}. Known: ${known}. Try ${name} --help.\n`);
  return 2;
};
