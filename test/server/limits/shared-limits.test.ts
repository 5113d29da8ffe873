import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallCounter } from '../../../server/call-counter.ts';
import { createCallCounter } from '../../../server/call-counter.ts';
import { createSharedCallCounter } from '../../../server/shared-call-counter.ts';
import { openSharedStore, type SharedStore } from '../../../server/shared-store.ts';
import { aRedisServer, hasProgram } from '../../support/redis-server.ts';

/** Limits of several processes, counted in a real redis-server. */

const limit = { calls: 5, seconds: 60 };

describe.skipIf(!hasProgram('redis-server'))('limits in a shared store', () => {
  let redis: Awaited<ReturnType<typeof aRedisServer>>;
  const stores: SharedStore[] = [];
  const changes: string[] = [];

  const aCounter = async () => {
    const store = openSharedStore(redis.url);
    stores.push(store);
    await store.ready();
    return createSharedCallCounter(store, {
      local: createCallCounter(Date.now),
      now: Date.now,
      onDegraded: () => changes.push('degraded'),
      onRestored: () => changes.push('restored'),
    });
  };
  const until = async (isSo: () => Promise<boolean>): Promise<void> => {
    for (let attempt = 0; attempt < 60; attempt += 1) {
      if (await isSo()) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('it did not happen within 6 s');
  };

  beforeAll(async () => {
    redis = await aRedisServer();
  });

  afterAll(async () => {
    for (const store of stores) store.close();
    await redis.close();
  });

  it('hold across processes: each sees what the other has counted', async () => {
    const [one, two] = [await aCounter(), await aCounter()];
    for (let calls = 1; calls <= 8; calls += 1) {
      const counter = calls % 2 === 0 ? one : two;
      expect(await counter.count('ada', limit, 1)).toMatchObject({ calls });
    }
    const { remainingMs } = await one.count('ada', limit, 1);
    expect(remainingMs).toBeGreaterThan(50_000);
    expect(remainingMs).toBeLessThanOrEqual(60_000);
    expect(await two.count('grace', limit, 3)).toMatchObject({ calls: 3 });
  });

  it('count exactly under 500 calls at once from two processes', async () => {
    const counters = [await aCounter(), await aCounter()];
    const counts = await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        (counters[index % 2] as CallCounter).count('crowd', { calls: 200, seconds: 60 }, 1),
      ),
    );
    expect(counts.filter(({ calls }) => calls <= 200)).toHaveLength(200);
    expect(counts.filter(({ calls }) => calls === 201)).toHaveLength(1);
  });

  it('become local when the store dies, say so once, and are shared again when it is back', async () => {
    const counter = await aCounter();
    await counter.count('x', limit, 1);
    changes.length = 0;
    await redis.kill();
    const startedAt = performance.now();
    for (let calls = 1; calls <= 100; calls += 1)
      expect(await counter.count('during', limit, 1)).toMatchObject({ calls });
    expect(performance.now() - startedAt).toBeLessThan(500);
    await until(async () => changes.length > 0);
    expect(changes).toEqual(['degraded']);
    await redis.start();
    await until(async () => {
      await counter.count('after', limit, 1);
      return changes.includes('restored');
    });
    expect(changes).toEqual(['degraded', 'restored']);
  });

  it('cost one short wait when the store hangs, and then nothing', async () => {
    const counter = await aCounter();
    await until(async () => {
      await counter.count('warm', limit, 1);
      return true;
    });
    redis.freeze();
    const waits: number[] = [];
    for (let index = 0; index < 50; index += 1) {
      const startedAt = performance.now();
      await counter.count('stuck', limit, 1);
      waits.push(performance.now() - startedAt);
    }
    redis.thaw();
    expect(Math.max(...waits)).toBeLessThan(200);
    expect(waits.filter((wait) => wait > 10).length).toBeLessThanOrEqual(2);
  });

  it('work without the store from the start, because a limit is no reason not to serve', async () => {
    const store = openSharedStore('redis://127.0.0.1:1');
    stores.push(store);
    const counter = createSharedCallCounter(store, {
      local: createCallCounter(Date.now),
      now: Date.now,
      onDegraded: () => undefined,
      onRestored: () => undefined,
    });
    expect(await counter.count('x', limit, 1)).toMatchObject({ calls: 1 });
    expect(await counter.count('x', limit, 1)).toMatchObject({ calls: 2 });
  });
});
