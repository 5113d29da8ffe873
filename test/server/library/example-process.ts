import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { anAccessToken, aSigningKey, cognitoScopes } from '../../support/tokens.ts';

/** A program that serves MCP, started as its author would, with an issuer of its own. */

const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface ExampleProcess {
  readonly mcpUrl: URL;
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  readonly exited: Promise<number | null>;
  readonly token: (scopes: readonly string[], claims?: Record<string, unknown>) => string;
  /** Ends it at once, without a drain. */
  readonly close: () => Promise<void>;
}

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

export const startProgram = (
  path: string,
  environment: Record<string, string>,
): Pick<ExampleProcess, 'child' | 'output' | 'exited'> => {
  const child = spawn(process.execPath, ['--conditions=cdk-secure-mcp:source', path], {
    cwd: root,
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', ...environment },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, output, exited };
};

const untilListening = async (started: Pick<ExampleProcess, 'child' | 'output'>): Promise<void> => {
  for (let tries = 0; tries < 300; tries += 1) {
    if (started.output.stdout.includes('service.started')) return;
    if (started.child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the program did not start: ${started.output.stderr}`);
};

export const startExample = async (
  path: string,
  environment: Record<string, string> = {},
): Promise<ExampleProcess> => {
  const key = aSigningKey('key-1');
  const issuerServer = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys: [key.jwk] }));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => issuerServer.once('listening', resolve));
  const issuer = `http://127.0.0.1:${(issuerServer.address() as AddressInfo).port}`;
  const port = await freePort();
  const resource = `http://127.0.0.1:${port}/mcp`;
  const started = startProgram(path, {
    RESOURCE_IDENTIFIER: resource,
    AUTHORIZATION_SERVER: issuer,
    TOKEN_ISSUERS: JSON.stringify([{ issuer }]),
    USER_CLIENTS: 'the-client',
    HOST: '127.0.0.1',
    PORT: String(port),
    ...environment,
  });
  await untilListening(started);
  const now = Math.floor(Date.now() / 1000);
  return {
    ...started,
    mcpUrl: new URL(resource),
    token: (scopes, claims = {}) =>
      anAccessToken(key, {
        iss: issuer,
        aud: resource,
        client_id: 'the-client',
        scope: cognitoScopes(scopes, resource),
        iat: now - 10,
        exp: now + 600,
        ...claims,
      }),
    close: async () => {
      started.child.kill('SIGKILL');
      await started.exited;
      await new Promise((resolve) => issuerServer.close(resolve));
    },
  };
};
