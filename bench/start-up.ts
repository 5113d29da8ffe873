import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundles } from '../build/bundles.ts';
import { processCpu } from './process-cpu.ts';
import { freePort } from './server-process.ts';
import { clientId, resourceIdentifier, type Signer } from './tokens.ts';

/** What it costs until the first call can be answered: the bundles as they are shipped, started cold. */

const root = fileURLToPath(new URL('..', import.meta.url));

const bundleInto = async (directory: string, source: string): Promise<string> => {
  const bundle = bundles.find(({ entries }) => source in entries);
  if (!bundle) throw new Error(`nothing is bundled from ${source}`);
  await build({
    ...bundle.options,
    absWorkingDir: root,
    entryPoints: Object.entries(bundle.entries).map(([file, out]) => ({ in: file, out })),
    outdir: directory,
  });
  return join(directory, `${bundle.entries[source]}.mjs`);
};

const untilHealthy = async (port: number): Promise<void> => {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    const isHealthy = await fetch(`http://127.0.0.1:${port}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isHealthy) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the server did not become healthy');
};

const startServerOnce = async (file: string, issuer: string): Promise<number> => {
  const port = await freePort();
  const child = spawn(process.execPath, ['--enable-source-maps', file], {
    stdio: 'ignore',
    env: {
      HOST: '127.0.0.1',
      PORT: String(port),
      RESOURCE_IDENTIFIER: resourceIdentifier,
      AUTHORIZATION_SERVER: 'https://mcp.example.com',
      TOKEN_ISSUERS: JSON.stringify([{ issuer }]),
      USER_CLIENTS: clientId,
    },
  });
  try {
    await untilHealthy(port);
    return processCpu(child.pid as number);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
};

/** CPU of loading the broker's bundle, which is what Lambda calls init. */
const initOnce = async (file: string): Promise<number> => {
  const measuring = `
    const before = process.cpuUsage();
    await import(${JSON.stringify(file)}).catch((error) => console.error(error));
    const { user, system } = process.cpuUsage(before);
    process.stdout.write(String((user + system) / 1000));
    process.exit(0);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', measuring], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      AWS_REGION: 'eu-central-1',
      ISSUER: 'https://mcp.example.com',
      RESOURCE_IDENTIFIER: resourceIdentifier,
      SCOPES: JSON.stringify([{ name: 'mcp:tools:read', description: 'See', isEveryday: true }]),
      UPSTREAM_ISSUER: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Abc',
      UPSTREAM_DOMAIN: 'https://login.auth.eu-central-1.amazoncognito.com',
      UPSTREAM_CLIENT_ID: 'abc',
      SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:broker',
      TABLE_NAME: 'grants',
    },
  });
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  await once(child, 'exit');
  return Number(output);
};

const leastOf = async (times: number, run: () => Promise<number>): Promise<number> => {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < times; round += 1) least = Math.min(least, await run());
  return least;
};

export const startUpFigures = async (signer: Signer): Promise<Record<string, number>> => {
  // In the repository, so that the broker finds the AWS SDK that Lambda would bring.
  const directory = mkdtempSync(join(root, 'node_modules', '.bench-'));
  const keys = createServer((_, response) => response.end(signer.jwks)).listen(0, '127.0.0.1');
  await once(keys, 'listening');
  try {
    const { port } = keys.address() as { readonly port: number };
    const issuer = `http://127.0.0.1:${port}/pool`;
    const server = await bundleInto(directory, 'server/main.ts');
    const broker = await bundleInto(directory, 'lambda/authorization-server/handler.ts');
    return {
      'server, first file of the image (KB)': statSync(server).size / 1024,
      'broker bundle (KB)': statSync(broker).size / 1024,
      'server, start to healthy (ms CPU)': await leastOf(5, () => startServerOnce(server, issuer)),
      'broker, init (ms CPU)': await leastOf(5, () => initOnce(broker)),
    };
  } finally {
    keys.close();
    rmSync(directory, { recursive: true, force: true });
  }
};
