import { readFile, writeFile } from 'node:fs/promises';
import { verifyCommand } from '../verify/command.ts';
import { isTerminal, print, printError, readInput, readLine } from './terminal.ts';

/** Checks a remote MCP server from the outside. */
export const runVerify = async (argv: readonly string[]): Promise<number> => {
  const exitCode = await verifyCommand({
    arguments: argv,
    environment: process.env,
    readLine,
    readInput,
    readFile: (path) => readFile(path, 'utf8'),
    writeFile: (path, text) => writeFile(path, text),
    print,
    printError,
    isTerminal,
  });
  // A standard input that nobody reads any more must not keep the process alive.
  process.stdin.unref?.();
  return exitCode;
};
