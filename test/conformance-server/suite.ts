import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The official suite against a URL, and the proxy that gives its requests an access token. */

const modules = new URL('../../node_modules/', import.meta.url);
const program = fileURLToPath(new URL('@modelcontextprotocol/conformance/dist/index.js', modules));
// The suite needs Node.js 22 or newer; whatever runs these tests may be older.
const nodeProgram = fileURLToPath(new URL('node/bin/node', modules));

export interface Check {
  readonly id: string;
  readonly status: string;
  readonly errorMessage?: string;
}

/** Checks that did not succeed, by scenario, and how many there were in all. */
export interface Run {
  readonly exitCode: number | null;
  readonly output: string;
  readonly scenarios: Readonly<Record<string, readonly Check[]>>;
}

/**
 * Adds the Authorization header and changes nothing else: Host and Origin pass as the suite wrote
 * them, because it tests what the server makes of them.
 */
export const startTokenProxy = async (target: number, accessToken: () => string) => {
  const server = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, authorization: `Bearer ${accessToken()}` };
    const { method, url } = incoming;
    const onward = httpRequest(
      { host: '127.0.0.1', port: target, method, path: url, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

const readScenarios = async (directory: string): Promise<Run['scenarios']> => {
  const scenarios: Record<string, readonly Check[]> = {};
  for (const folder of await readdir(directory)) {
    const file = await readFile(join(directory, folder, 'checks.json'), 'utf8');
    const name = folder.replace(/^server-(?=.*-\d{4}-)/, '').replace(/-\d{4}-\d{2}-\d{2}T.*$/, '');
    scenarios[name] = JSON.parse(file) as readonly Check[];
  }
  return scenarios;
};

export const runRequirements = async (
  revision: '2026-07-28' | '2025-11-25',
  url: string,
  more: readonly string[] = [],
): Promise<Run> => {
  const directory = await mkdtemp(join(tmpdir(), 'mcp-conformance-server-'));
  try {
    const results = join(directory, 'results');
    const parameters = ['server', '--url', url, '--requirements', revision, '-o', results, ...more];
    const child = spawn(nodeProgram, [program, ...parameters], {
      cwd: directory,
      timeout: 120_000,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
      });
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return { exitCode, output, scenarios: await readScenarios(results) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};
