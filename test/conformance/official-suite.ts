import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The official conformance suite as a child process. It is a program without a library entry: what it
 * found is read from the files it writes, since its exit code is 0 for a scenario that it skipped.
 */

const modules = new URL('../../node_modules/', import.meta.url);
const suite = fileURLToPath(new URL('@modelcontextprotocol/conformance/', modules));

// The suite needs Node.js 22 or newer; whatever runs these tests may be older.
const nodeProgram = fileURLToPath(new URL('node/bin/node', modules));

const timeLimitMs = 30_000;

export const suiteVersion = async (): Promise<string> => {
  const manifest: unknown = JSON.parse(await readFile(join(suite, 'package.json'), 'utf8'));
  return (manifest as { version: string }).version;
};

export interface SuiteCheck {
  readonly id: string;
  readonly status: string;
  readonly errorMessage?: string;
}

export interface SuiteRun {
  readonly exitCode: number | null;
  /** Checks by scenario. A scenario that did not run is absent. */
  readonly scenarios: Readonly<Record<string, readonly SuiteCheck[]>>;
  readonly output: string;
}

const start = async (
  parameters: readonly string[],
  directory: string,
  onOutput: (output: string, stop: () => void) => void = () => {},
) => {
  const child = spawn(nodeProgram, [join(suite, 'dist/index.js'), ...parameters], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeLimitMs,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      onOutput(output, () => child.kill());
    });
  }
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, output };
};

const inTemporaryDirectory = async <T>(work: (directory: string) => Promise<T>): Promise<T> => {
  const directory = await mkdtemp(join(tmpdir(), 'mcp-conformance-'));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

/** The authorization-server scenarios of the installed suite, with the revisions they declare. */
export const listScenarios = (): Promise<Readonly<Record<string, readonly string[]>>> =>
  inTemporaryDirectory(async (directory) => {
    const { output } = await start(['list', '--authorization'], directory);
    const lines = [...output.matchAll(/^ +- (\S+) \[([^\]]+)\]$/gm)];
    return Object.fromEntries(
      lines.map(([, name = '', revisions = '']) => [name, revisions.split(',')]),
    );
  });

/** A port that nobody listened on a moment ago: the suite wants a number, not 0. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

// `<scenario>-<timestamp>` below a prefix that the suite adds to every scenario of this kind.
const scenarioOf = (folder: string, known: readonly string[]): string =>
  known.find((name) => folder.startsWith(`authorization-server-${name}-2`)) ?? folder;

const readChecks = async (
  directory: string,
  known: readonly string[],
): Promise<SuiteRun['scenarios']> => {
  const scenarios: Record<string, readonly SuiteCheck[]> = {};
  for (const folder of await readdir(directory)) {
    const checks: unknown = JSON.parse(
      await readFile(join(directory, folder, 'checks.json'), 'utf8'),
    );
    scenarios[scenarioOf(folder, known)] = checks as readonly SuiteCheck[];
  }
  return scenarios;
};

export interface SuiteOptions {
  readonly parameters: readonly string[];
  /** Names of the scenarios that may appear in the results. */
  readonly known: readonly string[];
  /** Plays the person: gets the URL that the suite prints, and brings the answer back. */
  readonly visit: (authorizationUrl: string) => Promise<void>;
}

/** Runs `conformance authorization` to its end. Rejects when the visit fails. */
export const runAuthorizationScenarios = (options: SuiteOptions): Promise<SuiteRun> =>
  inTemporaryDirectory(async (directory) => {
    let visit: Promise<void> | undefined;
    const results = join(directory, 'results');
    const { exitCode, output } = await start(
      ['authorization', ...options.parameters, '-o', results],
      directory,
      (text, stop) => {
        const printed = /^(https?:\/\/\S+\?\S+)\n/m.exec(text)?.[1];
        if (printed === undefined || visit) return;
        visit = options.visit(printed);
        // The suite would wait five minutes. The cause is thrown below.
        visit.catch(stop);
      },
    );
    await visit;
    return { exitCode, output, scenarios: await readChecks(results, options.known) };
  });
