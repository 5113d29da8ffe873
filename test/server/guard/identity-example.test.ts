import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../../../oauth/principal.ts';
import { createCallerIdentity } from '../../../server/guard/caller-identity.ts';
import { guardUpstream } from '../../../server/guard/guard.ts';
import { type Listener, listen } from '../../../server/listener.ts';
import { aResourceServer, type TestServer } from '../../support/resource-server.ts';
import { anAccessToken } from '../../support/tokens.ts';
import { freePort } from '../library/example-process.ts';

// Plain JavaScript, as its readers may be: the import has no types of its own.
const example = new URL('../../../examples/server-guard/caller-identity.mjs', import.meta.url).href;
const { checkCallerIdentity, createReplayMemory } = (await import(example)) as {
  checkCallerIdentity: (request: object, body: string, options: object) => object | undefined;
  createReplayMemory: (now?: () => number) => (jti: string, exp: number) => boolean;
};

const secret = 'a shared secret of at least 32 bytes';
const url = 'http://127.0.0.1:3001/mcp';
const now = 1_795_424_400_000;

const principal: Principal = {
  subject: 'ada',
  tenant: 'acme',
  clientId: 'client',
  isMachine: false,
  scopes: ['mcp:tools:execute'],
  groups: [],
  issuer: 'https://issuer.example.com',
  tokenId: 'jti',
  issuedAt: 0,
  expiresAt: now / 1000 + 600,
};

describe('the check that docs/guard-mode.md recommends', () => {
  const sign = (changes: { body?: string; url?: string; secret?: string; now?: number } = {}) =>
    createCallerIdentity(
      { secret: Buffer.from(changes.secret ?? secret) },
      new URL(changes.url ?? url),
    )(
      { principal, correlationId: 'c0ffee' },
      { method: 'POST', body: changes.body ?? '{}' },
      changes.now ?? now,
    );
  const check = (identity: string, request: { method?: string; body?: string } = {}) =>
    checkCallerIdentity(
      { method: request.method ?? 'POST', headers: { 'caller-identity': identity } },
      request.body ?? '{}',
      { secret, url, isFirstUse: createReplayMemory(() => now), now: () => now },
    );

  it('accepts what the guard signs', () => {
    expect(check(sign())).toMatchObject({ sub: 'ada', tenant: 'acme' });
  });

  it.each([
    ['another secret', sign({ secret: 'x'.repeat(32) })],
    ['another URL', sign({ url: 'http://127.0.0.1:3001/other' })],
    ['another origin', sign({ url: 'http://127.0.0.1:3002/mcp' })],
    ['another body', sign({ body: '{"method":"ping"}' })],
    ['an earlier minute', sign({ now: now - 60_000 })],
    ['a later hour', sign({ now: now + 3_600_000 })],
    ['no signature', `${sign().split('.').slice(0, 2).join('.')}.`],
    ['alg none', `${Buffer.from('{"alg":"none"}').toString('base64url')}.${sign().split('.')[1]}.`],
    ['nothing', ''],
  ])('refuses %s', (_, identity) => expect(check(identity)).toBeUndefined());

  it('refuses another method', () => {
    expect(check(sign(), { method: 'DELETE' })).toBeUndefined();
  });

  it('refuses a second use, because that is a replay', () => {
    const isFirstUse = createReplayMemory(() => now);
    const identity = sign();
    const use = () =>
      checkCallerIdentity({ method: 'POST', headers: { 'caller-identity': identity } }, '{}', {
        secret,
        url,
        isFirstUse,
        now: () => now,
      });
    expect(use()).toBeDefined();
    expect(use()).toBeUndefined();
  });

  it('holds a digest of the body and not the body', () => {
    const body = JSON.stringify({ params: { password: 'hunter2' } });
    const claims = JSON.parse(
      Buffer.from(sign({ body }).split('.')[1] as string, 'base64url').toString(),
    );
    expect(claims.body_sha256).toBe(createHash('sha256').update(body).digest('base64url'));
    expect(JSON.stringify(claims)).not.toContain('hunter2');
  });
});

describe('examples/server-guard/upstream.mjs', () => {
  let child: ChildProcess;
  let server: TestServer;
  let listener: Listener;
  let upstreamUrl: string;
  let mcpUrl: URL;

  beforeAll(async () => {
    const port = await freePort();
    upstreamUrl = `http://127.0.0.1:${port}/mcp`;
    child = spawn(process.execPath, ['examples/server-guard/upstream.mjs'], {
      env: { PATH: process.env.PATH, PORT: String(port), CALLER_IDENTITY_SECRET: secret },
    });
    await new Promise((resolve) => child.stderr?.once('data', resolve));
    const application = guardUpstream({
      upstreamUrl,
      identityKey: { secret: Buffer.from(secret) },
      access: { tools: { whoami: {} } },
    });
    const allowedHosts: string[] = [];
    server = await aResourceServer({ application, config: { allowedHosts }, now: Date.now });
    listener = await listen(server.handle, { host: '127.0.0.1', port: 0 });
    allowedHosts.push(`127.0.0.1:${listener.port}`);
    mcpUrl = new URL(`http://127.0.0.1:${listener.port}/mcp`);
  });
  afterAll(async () => {
    child.kill();
    await server.close();
    await listener.close(0);
  });

  it('knows its caller through the guard', async () => {
    const seconds = Math.floor(Date.now() / 1000);
    const token = anAccessToken(server.key, { iat: seconds - 5, exp: seconds + 600 });
    const client = new ClientV1({ name: 'test', version: '1.0.0' });
    const requestInit = { headers: { authorization: `Bearer ${token}` } };
    await client.connect(new TransportV1(mcpUrl, { requestInit }));
    const { content } = await client.callTool({ name: 'whoami', arguments: {} });
    expect(content).toEqual([
      { type: 'text', text: '7c1f0a52-2f5e-4d53-9f0b-6c8a3a1f5a10 of acme' },
    ]);
    await client.close();
  });

  it('answers nobody who comes past the guard', async () => {
    const response = await fetch(upstreamUrl, { method: 'POST', body: '{}' });
    expect(response.status).toBe(401);
  });
});
