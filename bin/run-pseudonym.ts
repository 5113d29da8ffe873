import { createInterface } from 'node:readline';
import { runPseudonym as run } from '../operate/pseudonym.ts';
import { print, printError } from './terminal.ts';

export const runPseudonym = (argv: readonly string[]): Promise<number> =>
  run(argv, {
    key: process.env.LOG_PSEUDONYM_KEY,
    readLines: () => createInterface({ input: process.stdin }),
    print,
    printError,
  });
