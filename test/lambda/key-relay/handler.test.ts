import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

/** The handler with the real S3 client, against a server that writes down what it is sent. */

const received: { method?: string; url?: string; contentType?: string; body: string }[] = [];

const bucket = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { method, url, headers } = request;
    const body = Buffer.concat(chunks).toString();
    received.push({ method, url, contentType: headers['content-type'], body });
    response.end();
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => bucket.listen(0, '127.0.0.1', resolve));
  const { port } = bucket.address() as AddressInfo;
  vi.stubEnv('AWS_ENDPOINT_URL_S3', `http://127.0.0.1:${port}`);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example');
  vi.stubEnv('BUCKET_NAME', 'keys');
  vi.stubEnv(
    'KEY_SETS',
    '[{"jwksUri":"https://issuer.example.com/jwks.json","objectKey":"issuer/jwks.json"}]',
  );
});

afterAll(async () => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  await new Promise((resolve) => bucket.close(resolve));
});

it('writes the copy where the server reads it, as JSON', async () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: '1', use: 'sig', alg: 'RS256' }];
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ keys })));
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const { handler } = await import('../../../lambda/key-relay/handler.ts');
  await handler({ source: 'aws.events' });
  write.mockRestore();
  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject({ method: 'PUT', contentType: 'application/json' });
  expect(received[0]?.url).toMatch(/^\/keys\/issuer\/jwks\.json/);
  expect(JSON.parse(received[0]?.body ?? '')).toEqual({ keys });
});
