import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aRedisServer, hasProgram } from '../../support/redis-server.ts';
import {
  type Bundle,
  bundleServer,
  environmentOf,
  type ServerProcess,
  spawnServer,
  startIssuer,
  untilHealth,
} from '../../support/server-bundle.ts';
import { type CallOutcome, runClients } from './clients.ts';
import { sendThrough } from './cluster.ts';
import { startLoadBalancer } from './load-balancer.ts';

/** Two processes of the bundle behind HAProxy, with limits in one redis-server. */

const canRun = ['haproxy', 'redis-server'].map(hasProgram).every(Boolean);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(!canRun)('two servers behind a load balancer', () => {
  let bundle: Bundle;
  let issuer: Awaited<ReturnType<typeof startIssuer>>;
  let redis: Awaited<ReturnType<typeof aRedisServer>>;
  let servers: readonly ServerProcess[] = [];
  let balancer: Awaited<ReturnType<typeof startLoadBalancer>>;

  beforeAll(async () => {
    [bundle, issuer, redis] = await Promise.all([
      bundleServer('test/support/slow-tool-server.ts'),
      startIssuer(),
      aRedisServer(),
    ]);
  });

  const start = (more: Readonly<Record<string, string>>) =>
    spawnServer(bundle, {
      ...environmentOf(issuer.issuer),
      SHARED_STORE: redis.url,
      SHUTDOWN_DELAY_MS: '1500',
      ...more,
    });

  const startBoth = async (more: Readonly<Record<string, string>> = {}) => {
    servers = await Promise.all([start(more), start(more)]);
    await Promise.all(servers.map(({ port }) => untilHealth(port, 200)));
    balancer = await startLoadBalancer(servers.map(({ port }) => port));
    await untilHealth(balancer.port, 200);
    // Until both are seen: HAProxy starts with every server up, then looks.
    await pause(600);
  };

  beforeEach(() => {
    servers = [];
  });

  afterEach(async () => {
    await balancer.close();
    for (const server of servers) {
      server.signal('SIGKILL');
      await server.ended;
    }
  });

  afterAll(async () => {
    await redis.close();
    await issuer.close();
    await bundle.close();
  });

  const load = (stop: Promise<unknown>) =>
    runClients(8, { port: balancer.port, token: () => issuer.token(), ms: 30 }, stop);

  const pids = (outcomes: readonly CallOutcome[]) => new Set(outcomes.map(({ pid }) => pid));
  const unlimited = {
    RATE_LIMITS: JSON.stringify({ principal: null, tenant: { calls: 1_000_000, seconds: 60 } }),
  };

  it('share the calls, and one is drained under load without a single call lost', async () => {
    await startBoth(unlimited);
    const drained = servers[0] as ServerProcess;
    const scenario = (async () => {
      await pause(1000);
      drained.signal('SIGTERM');
      expect(await drained.ended).toBe(0);
      await pause(1000);
    })();
    const outcomes = (await load(scenario)).flat();
    expect(outcomes.length).toBeGreaterThan(200);
    expect(outcomes.filter(({ status }) => status !== 200)).toEqual([]);
    expect(pids(outcomes)).toEqual(new Set(servers.map(({ pid }) => pid)));
    process.stdout.write(`drained under load: ${outcomes.length} calls, 0 lost\n`);
  }, 40_000);

  it('one is killed under load: what it had in hand fails, every call after its death succeeds, and nothing runs twice', async () => {
    const journal = join(await mkdtemp(join(tmpdir(), 'journal-')), 'runs');
    await startBoth({ ...unlimited, JOURNAL_FILE: journal });
    const killed = servers[0] as ServerProcess;
    let killedAt = 0;
    let goneAt = 0;
    const scenario = (async () => {
      await pause(1000);
      killedAt = Date.now();
      killed.signal('SIGKILL');
      await killed.ended;
      goneAt = Date.now();
      await pause(1500);
    })();
    const clients = await load(scenario);
    const failures = clients.flat().filter(({ status }) => status !== 200);
    // Nothing repeats a POST for a process that has died: a tool that has run must not run twice.
    // While the kernel takes it apart, its queue of new connections may swallow a second call.
    expect(failures.length).toBeLessThanOrEqual(2 * clients.length);
    for (const { startedAt } of failures) expect(startedAt).toBeLessThanOrEqual(goneAt);
    for (const outcomes of clients) {
      const next = outcomes.filter(({ startedAt }) => startedAt > goneAt);
      expect(next.length).toBeGreaterThan(0);
      expect(next.filter(({ status }) => status !== 200)).toEqual([]);
    }
    expect(goneAt - killedAt).toBeLessThan(1000);
    const runs = (await readFile(journal, 'utf8')).trim().split('\n');
    const answered = clients.flat().filter(({ status }) => status === 200);
    expect(new Set(runs).size).toBe(runs.length);
    expect(answered.filter(({ id, pid }) => pid === undefined || !runs.includes(id))).toEqual([]);
    await rm(dirname(journal), { recursive: true });
    process.stdout.write(
      `killed under load: ${clients.flat().length} calls, ${failures.length} in its hands failed, it took ${goneAt - killedAt} ms to die\n`,
    );
  }, 40_000);

  it('count one limit together, because two processes must not mean twice the calls', async () => {
    const limit = { calls: 40, seconds: 60 };
    await startBoth({ RATE_LIMITS: JSON.stringify({ principal: limit }) });
    // Somebody else first: what a cold process does for the first time may take longer than a store may.
    const warm = issuer.token({ sub: `warm-${Date.now()}` });
    await runClients(2, { port: balancer.port, token: () => warm, ms: 0 }, pause(300));
    const subject = `counted-${Date.now()}`;
    const token = issuer.token({ sub: subject });
    const options = { port: balancer.port, token: () => token, ms: 0 };
    const outcomes = (await runClients(4, options, pause(1500))).flat();
    const served = outcomes.filter(({ status }) => status === 200);
    expect(served).toHaveLength(40);
    expect(pids(served).size).toBe(2);
    expect(outcomes.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
    const lines = servers.flatMap(({ output }) => output().stdout.split('\n'));
    const events = lines.filter(
      (line) => line.includes('"rate.limited"') && line.includes(subject),
    );
    expect(events).toHaveLength(1);
  }, 40_000);

  it('count refusals together, because 40 here and 40 there are one attack', async () => {
    await startBoth({
      RATE_LIMITS: JSON.stringify({ address: null }),
      LOG_PSEUDONYM_KEY: 'a key that both processes have, 32 characters',
      DETECTIONS: JSON.stringify({ bad_token_hammered: { threshold: 70, windowSeconds: 600 } }),
    });
    const refused = issuer.token({ aud: 'https://other.example.com/mcp', client_id: 'a-client' });
    for (let calls = 0; calls < 40; calls += 1)
      for (const { port } of servers)
        expect((await sendThrough(port, refused, 'tools/list')).status).toBe(401);
    await pause(2500);
    const found = servers
      .flatMap(({ output }) => output().stdout.split('\n'))
      .filter((line) => line.includes('"event_code":"detection.bad_token_hammered"'));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('ofAllTasks');
  }, 40_000);

  it('serve on when the store dies under load, on limits of their own', async () => {
    await startBoth(unlimited);
    const scenario = (async () => {
      await pause(800);
      await redis.kill();
      await pause(1500);
    })();
    const outcomes = (await load(scenario)).flat();
    expect(outcomes.filter(({ status }) => status !== 200)).toEqual([]);
    for (const { output } of servers) expect(output().stdout).toContain('limits.degraded');
    await redis.start();
  }, 40_000);
});
