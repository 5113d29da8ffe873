import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../../server/changes/change.ts';
import { createChangeBus } from '../../../server/changes/change-bus.ts';
import { createSharedChangeBus } from '../../../server/changes/shared-change-bus.ts';
import { openSharedStore } from '../../../server/shared-store.ts';
import { aRedisServer, hasProgram } from '../../support/redis-server.ts';

/** Changes between processes, through a real redis-server. */

const updated = (uri: string): Change => ({
  kind: 'resource_updated',
  uri,
  reach: { kind: 'tenant', tenant: 'acme' },
});
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(!hasProgram('redis-server'))('changes in a shared store', () => {
  let redis: Awaited<ReturnType<typeof aRedisServer>>;
  const closing: (() => Promise<void>)[] = [];

  const aProcess = (channel = 'mcp-changes:test') => {
    const store = openSharedStore(redis.url);
    const states: string[] = [];
    const heard: Change[] = [];
    const bus = createSharedChangeBus(store, {
      local: createChangeBus(),
      channel,
      onDegraded: () => states.push('degraded'),
      onRestored: () => states.push('restored'),
    });
    bus.subscribe((change) => heard.push(change));
    closing.push(async () => {
      await bus.close();
      store.close();
    });
    return { bus, heard, states };
  };
  const until = async (isSo: () => boolean, timeoutMs = 10_000) => {
    const deadline = Date.now() + timeoutMs;
    while (!isSo()) {
      if (Date.now() > deadline) throw new Error('it did not happen');
      await pause(20);
    }
  };
  const hears = (process: ReturnType<typeof aProcess>, uri: string) =>
    process.heard.some((change) => 'uri' in change && change.uri === uri);
  /** Processes that hear each other. */
  const connected = async () => {
    const [one, two] = [aProcess(), aProcess()];
    await until(() => {
      one.bus.publish(updated('hello'));
      two.bus.publish(updated('hello'));
      return one.heard.length > 2 && two.heard.length > 2;
    });
    await pause(100);
    for (const { heard, states } of [one, two]) {
      heard.length = 0;
      // Before the connection stands, a change reaches this process alone, which is said as well.
      states.length = 0;
    }
    return { one, two };
  };

  beforeAll(async () => {
    redis = await aRedisServer();
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  afterAll(() => redis.close());

  it('reach the other process, and this one exactly once', async () => {
    const { one, two } = await connected();
    one.bus.publish(updated('a'));
    expect(one.heard).toEqual([updated('a')]);
    await until(() => hears(two, 'a'));
    await pause(100);
    expect(one.heard).toEqual([updated('a')]);
    expect(two.heard).toEqual([updated('a')]);
    expect(two.states).toEqual([]);
  });

  it('do not reach another server on the same store', async () => {
    const { one } = await connected();
    const other = aProcess('mcp-changes:other');
    await pause(200);
    one.bus.publish(updated('a'));
    await pause(200);
    expect(other.heard).toEqual([]);
  });

  it('reach listeners here while the store is away, say so once, and all of them when it is back', async () => {
    const { one, two } = await connected();
    await redis.kill();
    await until(() => one.states.includes('degraded'));
    for (let round = 0; round < 20; round += 1) one.bus.publish(updated(`alone-${round}`));
    expect(one.heard).toHaveLength(20);
    await pause(300);
    expect(one.states).toEqual(['degraded']);
    await redis.start();
    await until(() => {
      one.bus.publish(updated('again'));
      return hears(two, 'again');
    });
    await until(() => one.states.includes('restored') && two.states.includes('restored'));
    expect(one.states).toEqual(['degraded', 'restored']);
    expect(hears(two, 'alone-0')).toBe(false);
  }, 20_000);

  it('notice a store that hangs without closing anything', async () => {
    const { one, two } = await connected();
    redis.freeze();
    // The one that only listens, too: it is asked every five seconds.
    await until(() => two.states.includes('degraded'), 8000);
    one.bus.publish(updated('stuck'));
    expect(hears(one, 'stuck')).toBe(true);
    redis.thaw();
    await until(() => {
      one.bus.publish(updated('thawed'));
      return hears(two, 'thawed');
    });
  }, 30_000);

  it('ignore what no server has written, because others may write to a store', async () => {
    const { one } = await connected();
    const stranger = new Redis(redis.url);
    const channel = 'mcp-changes:test';
    for (const text of [
      'x',
      '[]',
      'null',
      JSON.stringify({ origin: 'o', change: { kind: 'resource_updated', uri: 'x' } }),
      JSON.stringify({ origin: 'o', change: { kind: 'shutdown', reach: { kind: 'everybody' } } }),
      JSON.stringify({ origin: 'o', change: { ...updated('y'.repeat(20_000)) } }),
    ])
      await stranger.publish(channel, text);
    await stranger.publish(channel, JSON.stringify({ origin: 'o', change: updated('fine') }));
    await until(() => hears(one, 'fine'));
    expect(one.heard).toEqual([updated('fine')]);
    stranger.disconnect();
  });
});
