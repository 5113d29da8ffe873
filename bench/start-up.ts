import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { bundleInto, bundlePlace } from './bundled.ts';
import { type ColdProcess, residentAfterCalls, startCold } from './cold-process.ts';
import { callOf, rawRequest } from './requests.ts';
import { imageOptions } from './scenarios.ts';
import { accessTokens, clientId, resourceIdentifier, type Signer } from './tokens.ts';

/** What it costs until the first call can be answered: the bundles as they are shipped, started cold. */

const times = 7;

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

const least = (values: readonly number[]): number => Math.min(...values);

interface Starts {
  readonly server: () => Promise<ColdProcess>;
  readonly raw: () => Promise<ColdProcess>;
}

/** In turn, so that neither has the quieter minutes. */
const readyFigures = async ({ server, raw }: Starts): Promise<Record<string, number>> => {
  const ofServer: { readonly ready: number; readonly cpu: number }[] = [];
  const ofRaw: number[] = [];
  for (let round = 0; round < times; round += 1) {
    const other = await raw();
    ofRaw.push(other.readyAfter);
    await other.stop();
    const ours = await server();
    ofServer.push({ ready: ours.readyAfter, cpu: ours.cpu() });
    await ours.stop();
  }
  return {
    'server, start to healthy (ms CPU)': least(ofServer.map(({ cpu }) => cpu)),
    'server, start to ready (ms)': least(ofServer.map(({ ready }) => ready)),
    'raw node:http, start to ready (ms)': least(ofRaw),
  };
};

const memoryFigures = async (
  { server, raw }: Starts,
  requests: readonly string[],
): Promise<Record<string, number>> => {
  const residentOf = async (start: () => Promise<ColdProcess>) => {
    const process = await start();
    return residentAfterCalls(process, requests).finally(process.stop);
  };
  return {
    'server, RSS after 1000 calls (MB)': await residentOf(server),
    'raw node:http, RSS after 1000 calls (MB)': await residentOf(raw),
  };
};

const startsOf = (file: string, issuer: string): Starts => ({
  server: () =>
    startCold([...imageOptions, file], {
      RESOURCE_IDENTIFIER: resourceIdentifier,
      AUTHORIZATION_SERVER: 'https://mcp.example.com',
      TOKEN_ISSUERS: JSON.stringify([{ issuer }]),
      USER_CLIENTS: clientId,
    }),
  raw: () => startCold([fileURLToPath(new URL('servers/raw.mjs', import.meta.url))]),
});

export const startUpFigures = async (signer: Signer): Promise<Record<string, number>> => {
  const directory = mkdtempSync(bundlePlace);
  const keys = createServer((_, response) => response.end(signer.jwks)).listen(0, '127.0.0.1');
  await once(keys, 'listening');
  try {
    const { port } = keys.address() as { readonly port: number };
    const issuer = `http://127.0.0.1:${port}/pool`;
    // Whoever waits for health must not load its own HTTP client meanwhile.
    await (await fetch(issuer)).text();
    const server = await bundleInto(directory, 'server/main.ts');
    const broker = await bundleInto(directory, 'lambda/authorization-server/handler.ts');
    const starts = startsOf(server, issuer);
    const tokens = accessTokens(signer, 64, { iss: issuer });
    const inits: number[] = [];
    for (let round = 0; round < times; round += 1) inits.push(await initOnce(broker));
    return {
      ...(await readyFigures(starts)),
      ...(await memoryFigures(
        starts,
        tokens.map((token) => rawRequest(callOf('list_notes'), token)),
      )),
      'broker, init (ms CPU)': least(inits),
    };
  } finally {
    keys.close();
    rmSync(directory, { recursive: true, force: true });
  }
};
