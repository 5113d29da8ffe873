import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The file that Lambda runs, bundled as the build does it, started by Node as Lambda would. */

import { ocsfProblems } from '../../support/ocsf/validate.ts';

const root = new URL('../../..', import.meta.url).pathname;
const run = promisify(execFile);
let folder: string;
let secrets: Server;

beforeAll(async () => {
  folder = mkdtempSync(join(root, 'node_modules/.bundle-test-'));
  await build({
    entryPoints: [join(root, 'lambda/authorization-server/handler.ts')],
    outfile: join(folder, 'index.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    minify: true,
    external: ['@aws-sdk/*'],
    logLevel: 'error',
  });
  const secret = {
    clientSecret: 'marked-client-secret',
    sealingKeys: [{ id: 'a', key: Buffer.alloc(32, 7).toString('base64url') }],
  };
  secrets = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify({ SecretString: JSON.stringify(secret) }));
  });
  await new Promise<void>((resolve) => secrets.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  secrets?.close();
  rmSync(folder, { recursive: true, force: true });
});

const environment = () => ({
  PATH: process.env.PATH ?? '',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'x',
  AWS_SECRET_ACCESS_KEY: 'x',
  AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(secrets.address() as AddressInfo).port}`,
  ISSUER: 'https://mcp.example.com',
  RESOURCE_IDENTIFIER: 'https://mcp.example.com/mcp',
  SCOPES: JSON.stringify([{ name: 'mcp:tools:read', description: 'See tools', isEveryday: true }]),
  UPSTREAM_ISSUER: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Abc',
  UPSTREAM_DOMAIN: 'https://login.auth.eu-central-1.amazoncognito.com',
  UPSTREAM_CLIENT_ID: 'abc',
  SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:broker',
  TABLE_NAME: 'grants',
  // Nothing listens there.
  AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1',
  PREREGISTERED_CLIENTS: JSON.stringify([
    {
      clientId: 'web',
      clientName: 'Web',
      redirectUris: ['https://a.example/cb'],
      registration: 'preregistered',
      tokenEndpointAuthMethod: 'none',
      mayRefresh: true,
    },
  ]),
});

/** Calls the handler with ALB events, one after the other, in a fresh process. */
const invoke = async (events: readonly object[]) => {
  writeFileSync(
    join(folder, 'invoke.mjs'),
    `const started = process.cpuUsage();
const { handler } = await import('./index.mjs');
const { user, system } = process.cpuUsage(started);
const results = [];
for (const event of ${JSON.stringify(events)}) results.push(await handler(event));
console.log(JSON.stringify({ initMs: (user + system) / 1000, results }));`,
  );
  const { stdout } = await run(process.execPath, [join(folder, 'invoke.mjs')], {
    env: environment(),
  });
  const lines = stdout.trim().split('\n');
  return {
    ...(JSON.parse(lines.at(-1) as string) as {
      initMs: number;
      results: { statusCode: number; body: string }[];
    }),
    log: lines.slice(0, -1),
  };
};

const anEvent = (
  httpMethod: string,
  path: string,
  body = '',
  contentType = 'application/json',
) => ({
  httpMethod,
  path,
  multiValueQueryStringParameters: {},
  multiValueHeaders: {
    'content-type': [contentType],
    'cloudfront-viewer-address': ['203.0.113.9:44321'],
  },
  body,
  isBase64Encoded: false,
  requestContext: { elb: { targetGroupArn: 'arn' } },
});

describe('the bundled function', () => {
  it('answers metadata and registration, and logs one JSON line for each decision', async () => {
    const { results, log } = await invoke([
      anEvent('GET', '/.well-known/oauth-authorization-server'),
      anEvent(
        'POST',
        '/oauth/register',
        JSON.stringify({ redirect_uris: ['https://a.example/cb'] }),
      ),
      anEvent('POST', '/oauth/register', '{}'),
    ]);
    expect(results.map(({ statusCode }) => statusCode)).toEqual([200, 201, 400]);
    expect(JSON.parse(results[0]?.body ?? '').issuer).toBe('https://mcp.example.com');
    const events = log.map((line) => JSON.parse(line));
    expect(events.map(({ metadata }) => metadata.event_code)).toEqual([
      'service.configured',
      'client.registered',
      'client.rejected',
    ]);
    expect(events.map(({ metadata }) => metadata.sequence)).toEqual([1, 2, 3]);
    expect(events[1].src_endpoint.ip).toBe('203.0.113.9');
    expect(events.flatMap(ocsfProblems)).toEqual([]);
    expect(log.join()).not.toContain('marked-client-secret');
  });

  it('fails closed when the table cannot be reached, without a stack on the wire', async () => {
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: 'web',
      code: 'c',
      redirect_uri: 'https://a.example/cb',
      code_verifier: 'v'.repeat(43),
    });
    const { results, log } = await invoke([
      anEvent('POST', '/oauth/token', form.toString(), 'application/x-www-form-urlencoded'),
    ]);
    expect(results[0]?.statusCode).toBe(500);
    expect(JSON.parse(results[0]?.body ?? '')).toEqual({
      error: 'server_error',
      error_description: 'Unexpected error',
    });
    expect(log.map((line) => JSON.parse(line).metadata.event_code)).toEqual([
      'service.configured',
      'fault.unexpected',
    ]);
  });

  it('starts with less than a second of CPU here, because a login waits for a cold start', async () => {
    const { initMs } = await invoke([]);
    console.info(`broker bundle: ${initMs.toFixed(0)} ms CPU to load`);
    expect(initMs).toBeLessThan(1_000);
  });
});
