import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { modernRequest } from '../../support/resource-server.ts';
import {
  type Bundle,
  bundleServer,
  environmentOf,
  type ServerProcess,
  spawnServer,
  startIssuer,
  untilHealth,
} from '../../support/server-bundle.ts';

/** The bundled file as a process: how it starts, when it is healthy, and how it ends. */

let bundle: Bundle;
let issuer: Awaited<ReturnType<typeof startIssuer>>;
const running: ServerProcess[] = [];

beforeAll(async () => {
  [bundle, issuer] = await Promise.all([
    bundleServer('test/support/slow-tool-server.ts'),
    startIssuer(),
  ]);
});

afterEach(async () => {
  issuer.setUp(true);
  for (const server of running.splice(0)) {
    server.signal('SIGKILL');
    await server.ended;
  }
});

afterAll(async () => {
  await issuer.close();
  await bundle.close();
});

const start = async (more: Readonly<Record<string, string>> = {}): Promise<ServerProcess> => {
  const server = await spawnServer(bundle, { ...environmentOf(issuer.issuer), ...more });
  running.push(server);
  return server;
};

interface Answer {
  readonly status: number;
  readonly connection: string | undefined;
  readonly body: string;
}

const call = (port: number, ms: number): Promise<Answer> => {
  const { body, headers } = modernRequest('tools/call', { name: 'slow', arguments: { ms } });
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        path: '/mcp',
        method: 'POST',
        headers: {
          host: 'mcp.example.com',
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          authorization: `Bearer ${issuer.token()}`,
          ...headers,
        },
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        incoming.on('error', reject).on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            connection: incoming.headers.connection,
            body: text,
          }),
        );
      },
    );
    outgoing.on('error', reject).end(JSON.stringify(body));
  });
};

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('the bundled server', () => {
  it('says everything that is wrong with its configuration at once, and exits with 1', async () => {
    const server = await spawnServer(bundle, { TENANCY: 'maybe', RATE_LIMITS: '[]', PORT: 'x' });
    expect(await server.ended).toBe(1);
    const { stderr, stdout } = server.output();
    for (const name of [
      ...['RESOURCE_IDENTIFIER', 'AUTHORIZATION_SERVER', 'TOKEN_ISSUERS', 'USER_CLIENTS'],
      ...['TENANCY', 'RATE_LIMITS', 'PORT'],
    ])
      expect(stderr).toContain(`  - ${name} `);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toBe('');
  });

  it('is healthy only with keys in hand, and becomes so when the issuer comes back', async () => {
    issuer.setUp(false);
    const server = await start();
    await untilHealth(server.port, 503);
    expect((await call(server.port, 0)).status).toBe(503);
    issuer.setUp(true);
    await untilHealth(server.port, 200);
    expect((await call(server.port, 0)).status).toBe(200);
  });

  it('stays healthy when the issuer goes away later, because known keys keep verifying', async () => {
    const server = await start();
    await untilHealth(server.port, 200);
    issuer.setUp(false);
    expect((await call(server.port, 0)).status).toBe(200);
    await untilHealth(server.port, 200);
  });

  it('SIGTERM: health turns red, calls are still taken for a moment, those in flight finish, exit 0', async () => {
    const server = await start({ SHUTDOWN_DELAY_MS: '600' });
    await untilHealth(server.port, 200);
    const inFlight = call(server.port, 1500);
    await pause(150);
    const startedAt = performance.now();
    server.signal('SIGTERM');
    await untilHealth(server.port, 503);
    const late = await call(server.port, 0);
    expect(late.status).toBe(200);
    // Whoever is still here is asked to connect anew: elsewhere.
    expect(late.connection).toBe('close');
    const finished = await inFlight;
    expect(finished.status).toBe(200);
    expect(finished.body).toContain(`pid ${server.pid}`);
    expect(await server.ended).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(6000);
    const events = server
      .output()
      .stdout.trim()
      .split('\n')
      .map((line) => JSON.parse(line).metadata.event_code);
    expect(events).toContain('service.stopping');
    expect(events.filter((code) => code === 'access.allowed')).toHaveLength(2);
  });

  it('starts without a shared store that is not there, and says so', async () => {
    const server = await start({ SHARED_STORE: 'redis://127.0.0.1:1' });
    await untilHealth(server.port, 200);
    expect((await call(server.port, 0)).status).toBe(200);
    await pause(100);
    const { stdout } = server.output();
    expect(stdout).toContain('limits.degraded');
    expect(stdout).toContain('notifications.degraded');
  });
});
