import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type EventStream, isUpdateOf, readEventStream } from '../../support/event-stream.ts';
import { aRedisServer, hasProgram } from '../../support/redis-server.ts';
import { type Bundle, bundleServer, startIssuer } from '../../support/server-bundle.ts';
import { type Cluster, pause, sendThrough, startCluster } from './cluster.ts';
import { startEdge } from './edge.ts';

/** Streams of two processes behind HAProxy, with one redis-server, and with nginx in front. */

const canRun = ['haproxy', 'redis-server'].map(hasProgram).every(Boolean);
const hasNginx = hasProgram('nginx');

describe.skipIf(!canRun)('subscriptions of a cluster', () => {
  let bundle: Bundle;
  let issuer: Awaited<ReturnType<typeof startIssuer>>;
  let redis: Awaited<ReturnType<typeof aRedisServer>>;
  let cluster: Cluster;
  const streams: EventStream[] = [];

  beforeAll(async () => {
    [bundle, issuer, redis] = await Promise.all([
      bundleServer('test/support/slow-tool-server.ts'),
      startIssuer(),
      aRedisServer(),
    ]);
  });
  afterEach(async () => {
    for (const stream of streams.splice(0)) await stream.cancel().catch(() => undefined);
    await cluster.close();
  });
  afterAll(async () => {
    await redis.close();
    await issuer.close();
    await bundle.close();
  });

  const uri = 'board:///1';
  const listen = async (claims: Record<string, unknown> = {}, port = cluster.port) => {
    const stream = readEventStream(
      await sendThrough(port, issuer.token(claims), 'subscriptions/listen', {
        notifications: { resourceSubscriptions: [uri] },
      }),
    );
    streams.push(stream);
    await stream.until(({ method }) => method === 'notifications/subscriptions/acknowledged');
    return stream;
  };
  const change = (claims: Record<string, unknown> = {}) =>
    sendThrough(cluster.port, issuer.token(claims), 'tools/call', {
      name: 'change',
      arguments: { uri },
    });
  const updates = ({ messages }: EventStream) => messages.filter(isUpdateOf(uri)).length;
  const open = (servers: Cluster['servers']) =>
    servers.map(({ output }) => {
      const events = output().stdout.split('\n');
      const isOne = (line: string) =>
        line.includes('"access.allowed"') && line.includes('"subscriptions/listen"');
      return events.filter(isOne).length;
    });

  it('a change made through one process reaches listeners on both, and no other tenant', async () => {
    cluster = await startCluster(bundle, issuer, { SHARED_STORE: redis.url });
    // HAProxy takes turns, so two streams of each kind are one on each process.
    const own = [await listen(), await listen()];
    const others = [await listen({ tenant_id: 'evil' }), await listen({ tenant_id: 'evil' })];
    await expect.poll(() => open(cluster.servers)).toEqual([2, 2]);
    expect((await change()).status).toBe(200);
    await Promise.all(own.map((stream) => stream.until(isUpdateOf(uri))));
    await pause(300);
    expect(own.map(updates)).toEqual([1, 1]);
    expect(others.map(updates)).toEqual([0, 0]);
  }, 40_000);

  it('without the store listeners of the same process still hear, and the log says that others do not', async () => {
    cluster = await startCluster(bundle, issuer, { SHARED_STORE: redis.url });
    const own = [await listen(), await listen()];
    await redis.kill();
    await pause(200);
    expect((await change()).status).toBe(200);
    await pause(300);
    expect(own.map(updates).sort()).toEqual([0, 1]);
    for (const { output } of cluster.servers)
      expect(output().stdout).toContain('notifications.degraded');
    await redis.start();
    await expect
      .poll(
        () =>
          cluster.servers.map(({ output }) => output().stdout.includes('notifications.restored')),
        { timeout: 8000 },
      )
      .toEqual([true, true]);
    await change();
    await expect.poll(() => own.map(updates).every((count) => count > 0)).toBe(true);
  }, 40_000);

  it('a killed process breaks its streams, and whoever listens anew hears what happens from then on', async () => {
    cluster = await startCluster(bundle, issuer, { SHARED_STORE: redis.url });
    const own = [await listen(), await listen()];
    const [killed] = cluster.servers;
    killed?.signal('SIGKILL');
    await killed?.ended;
    const first = await Promise.race(own.map((stream) => stream.ended));
    // A stream that was cut and not ended with a result: the client cannot take it for complete.
    expect(first).toBe('broken');
    const survivor = await Promise.all(
      own.map((stream) =>
        Promise.race([stream.ended.then(() => false), pause(100).then(() => true)]),
      ),
    );
    expect(survivor.filter(Boolean)).toHaveLength(1);
    const anew = await listen();
    expect((await change()).status).toBe(200);
    await anew.until(isUpdateOf(uri));
  }, 40_000);

  it('a drained process ends its streams with a result, which tells clients to listen anew', async () => {
    cluster = await startCluster(bundle, issuer, {
      SHARED_STORE: redis.url,
      SHUTDOWN_DELAY_MS: '600',
    });
    const own = [await listen(), await listen()];
    const [drained] = cluster.servers;
    drained?.signal('SIGTERM');
    const ended = await Promise.race(
      own.map((stream) => stream.ended.then((how) => ({ how, last: stream.messages.at(-1) }))),
    );
    expect(ended).toMatchObject({ how: 'ended', last: { result: { resultType: 'complete' } } });
    const endedAt = performance.now();
    expect(await drained?.ended).toBe(0);
    // Nothing else was in flight, so nothing is waited for.
    expect(performance.now() - endedAt).toBeLessThan(5000);
    const anew = await listen();
    await change();
    await anew.until(isUpdateOf(uri));
  }, 60_000);

  it.skipIf(!hasNginx)(
    'pass an edge that buffers, message by message',
    async () => {
      cluster = await startCluster(bundle, issuer, { SHARED_STORE: redis.url });
      const edge = await startEdge(cluster.port);
      const stream = await listen({}, edge.port);
      const startedAt = performance.now();
      await change();
      await stream.until(isUpdateOf(uri));
      expect(performance.now() - startedAt).toBeLessThan(2000);
      await edge.close();
    },
    40_000,
  );

  it.skipIf(!hasNginx)(
    'a 401 challenge passes the edge and the load balancer untouched',
    async () => {
      cluster = await startCluster(bundle, issuer);
      const edge = await startEdge(cluster.port);
      const [server] = cluster.servers;
      const faces = await Promise.all(
        [server?.port as number, edge.port].map(async (port) => {
          const response = await sendThrough(port, undefined, 'tools/list');
          return [response.status, response.headers.get('www-authenticate'), await response.text()];
        }),
      );
      expect(faces[0]?.[0]).toBe(401);
      expect(faces[0]?.[1]).toContain('resource_metadata="https://mcp.example.com/');
      expect(faces[1]).toEqual(faces[0]);
      await edge.close();
    },
    40_000,
  );
});
