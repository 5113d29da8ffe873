import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { createInterface as createDialogue } from 'node:readline/promises';

/** The terminal, or the pipe, that a command was started from. */

// `| head` hangs up in the middle: nobody reads any more, which is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

export const print = (text: string): boolean => process.stdout.write(text);

export const printError = (text: string): boolean => process.stderr.write(text);

export const isTerminal = process.stdout.isTTY === true && process.stderr.isTTY === true;

/** The first line of the standard input; undefined at a terminal. */
export const readLine = async (): Promise<string | undefined> => {
  if (process.stdin.isTTY) return undefined;
  for await (const line of createInterface({ input: process.stdin })) return line;
  return undefined;
};

/** All of the standard input; undefined at a terminal. */
export const readInput = async (): Promise<string | undefined> => {
  if (process.stdin.isTTY) return undefined;
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk;
  return text;
};

/** The answer of a person; undefined when there is none at the other end. */
export const ask = async (question: string): Promise<string | undefined> => {
  if (!process.stdin.isTTY) return undefined;
  const dialogue = createDialogue({ input: process.stdin, output: process.stderr });
  try {
    return await dialogue.question(question);
  } finally {
    dialogue.close();
  }
};

/** Undefined: there is no such file. */
export const readFileIfAny = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch(() => undefined);
