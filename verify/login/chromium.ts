import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { LoginProblem } from './browser.ts';

/** A Chromium without a window, spoken to in the Chrome DevTools Protocol over two pipes: no port is open. */

export type Parameters = Readonly<Record<string, unknown>>;

export interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  // biome-ignore lint/suspicious/noExplicitAny: the protocol's own shapes, read at one place each
  readonly params?: any;
  readonly result?: Parameters;
  readonly error?: { readonly message: string };
}

export interface Chromium {
  readonly send: (method: string, params?: Parameters, sessionId?: string) => Promise<Parameters>;
  readonly onEvent: (listener: (message: Message) => void) => void;
  readonly close: () => Promise<void>;
}

const flags = [
  '--headless=new',
  '--remote-debugging-pipe',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-dev-shm-usage',
  '--disable-sync',
];

// In containers everybody is root, and Chromium's own sandbox does not start for root.
const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

const answersOf = (output: Readable, onMessage: (message: Message) => void): void => {
  let pending = '';
  output.setEncoding('utf8');
  output.on('data', (chunk: string) => {
    const parts = (pending + chunk).split('\0');
    pending = parts.pop() ?? '';
    for (const part of parts) onMessage(JSON.parse(part));
  });
};

const started = (program: ChildProcess, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    program.once('spawn', resolve);
    program.once('error', () =>
      reject(new LoginProblem(`the browser could not be started: ${path}`)),
    );
  });

/** @throws LoginProblem when there is no such program */
export const startChromium = async (path: string): Promise<Chromium> => {
  const profile = await mkdtemp(join(tmpdir(), 'cdk-secure-mcp-verify-'));
  const program = spawn(path, [...flags, ...sandbox, `--user-data-dir=${profile}`], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const waiting = new Map<number, (message: Message) => void>();
  const listeners: ((message: Message) => void)[] = [];
  const remove = () => rm(profile, { recursive: true, force: true, maxRetries: 3 });
  let isGone = false;
  program.once('exit', () => {
    isGone = true;
    for (const answer of waiting.values()) answer({ error: { message: 'the browser ended' } });
    waiting.clear();
  });
  try {
    await started(program, path);
  } catch (error) {
    await remove();
    throw error;
  }
  const [, , , input, output] = program.stdio as unknown as [0, 0, 0, Writable, Readable];
  input.on('error', () => undefined);
  answersOf(output, (message) => {
    if (message.id === undefined) for (const listener of listeners) listener(message);
    else waiting.get(message.id)?.(message);
  });
  let lastId = 0;
  return {
    onEvent: (listener) => {
      listeners.push(listener);
    },
    send: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        if (isGone) {
          reject(new LoginProblem('the browser ended'));
          return;
        }
        lastId += 1;
        const id = lastId;
        waiting.set(id, ({ result = {}, error }) => {
          waiting.delete(id);
          if (error) reject(new LoginProblem(`the browser: ${error.message}`));
          else resolve(result);
        });
        input.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`);
      }),
    close: async () => {
      if (!isGone) {
        const gone = new Promise((resolve) => program.once('exit', resolve));
        program.kill('SIGKILL');
        await gone;
      }
      await remove();
    },
  };
};
