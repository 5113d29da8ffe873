import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { aFreePort } from './redis-server.ts';
import {
  anAccessToken,
  aSigningKey,
  jwksResponse,
  resourceIdentifier,
  userClient,
} from './tokens.ts';

/** The container's one file, bundled as `bin/build.ts` does, and run as processes of its own. */

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Bundle {
  readonly file: string;
  close(): Promise<void>;
}

/** `entry` is the container's own unless a test needs other tools behind the same pipeline. */
export const bundleServer = async (entry = 'server/main.ts'): Promise<Bundle> => {
  const directory = await mkdtemp(join(tmpdir(), 'server-bundle-'));
  const outfile = join(directory, 'server.mjs');
  await build({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    minify: true,
    logLevel: 'error',
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  });
  return { file: outfile, close: () => rm(directory, { recursive: true, force: true }) };
};

/** An issuer with one key on loopback, which can be held back. */
export const startIssuer = async () => {
  const key = aSigningKey('key-1');
  let isUp = true;
  const server = createServer(async (_, outgoing) => {
    if (isUp) outgoing.end(await jwksResponse(key).text());
    else outgoing.writeHead(503).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/pool`;
  return {
    issuer,
    setUp: (value: boolean) => {
      isUp = value;
    },
    /** Of real time, since the processes have real clocks. */
    token: (changes: Readonly<Record<string, unknown>> = {}) => {
      const seconds = Math.floor(Date.now() / 1000);
      const times = { iat: seconds - 5, auth_time: seconds - 5, exp: seconds + 3600 };
      return anAccessToken(key, { iss: issuer, ...times, ...changes });
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

export interface ServerProcess {
  readonly port: number;
  readonly pid: number;
  /** What it printed so far. */
  readonly output: () => { readonly stdout: string; readonly stderr: string };
  readonly signal: (name: NodeJS.Signals) => void;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

export const environmentOf = (issuer: string): Readonly<Record<string, string>> => ({
  RESOURCE_IDENTIFIER: resourceIdentifier,
  AUTHORIZATION_SERVER: 'https://mcp.example.com',
  TOKEN_ISSUERS: JSON.stringify([{ issuer }]),
  USER_CLIENTS: userClient,
});

/** Starts the bundle with exactly this environment. Does not wait for it. */
export const spawnServer = async (
  bundle: Bundle,
  environment: Readonly<Record<string, string>>,
): Promise<ServerProcess> => {
  const port = environment.PORT === undefined ? await aFreePort() : Number(environment.PORT);
  const child = spawn(process.execPath, [bundle.file], {
    env: { HOST: '127.0.0.1', PORT: String(port), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  return {
    port,
    pid: child.pid as number,
    output: () => ({ stdout, stderr }),
    signal: (name) => void child.kill(name),
    ended: once(child, 'close').then(
      ([code, signal]) => (code ?? signal) as number | NodeJS.Signals | null,
    ),
  };
};

/** Asks until the health check has the wanted status; a server that is not there has status 0. */
export const untilHealth = async (port: number, status: number, timeoutMs = 15_000) => {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const seen = await fetch(`http://127.0.0.1:${port}/healthz`).then(
      (response) => response.status,
      () => 0,
    );
    if (seen === status) return;
    if (Date.now() > deadline) throw new Error(`health is ${seen}, not ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
