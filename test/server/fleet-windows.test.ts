import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defaultDetectionSettings } from '../../oauth/detection-settings.ts';
import { type SecurityEvent, securityEvent } from '../../oauth/security-event.ts';
import { createDetections } from '../../server/detections.ts';
import { createFleetWindows } from '../../server/fleet-windows.ts';
import { createCredentialMark } from '../../server/refused-token.ts';
import { openSharedStore } from '../../server/shared-store.ts';
import { aRedisServer, hasProgram } from '../support/redis-server.ts';
import { frozenNow } from '../support/tokens.ts';

/** Detections of several tasks, each with a connection of its own to one real redis-server. */

const secret = 'a key that all tasks of a deployment share';
const attacker = '203.0.113.7';
const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const refusal = (reason: string, address: string, evidence = {}): SecurityEvent =>
  securityEvent(
    'token.rejected',
    {
      time: frozenNow,
      correlationId: 'c'.repeat(32),
      component: 'resource-server',
      clientAddress: address,
    },
    { reason, evidence },
  );

const codesIn = (events: readonly SecurityEvent[]) =>
  events.map(({ metadata }) => metadata.event_code).filter((code) => code.startsWith('detection.'));

describe.skipIf(!hasProgram('redis-server'))('detections of tasks that share a store', () => {
  let redis: Awaited<ReturnType<typeof aRedisServer>>;
  let reader: Redis;
  let ends: (() => void)[] = [];

  const aTask = async (name = 'https://mcp.example.com/mcp') => {
    const events: SecurityEvent[] = [];
    const changes: string[] = [];
    const store = openSharedStore(redis.url);
    await store.ready();
    const windows = createFleetWindows(store, {
      name,
      secret,
      onDegraded: () => changes.push('degraded'),
      onRestored: () => changes.push('restored'),
    });
    let flushes = 0;
    const fleetWindows = {
      ...windows,
      flush: async () => {
        const found = await windows.flush();
        flushes += 1;
        return found;
      },
    };
    const detections = createDetections({
      securityLog: { record: (event) => void events.push(event) },
      settings: defaultDetectionSettings,
      now: () => frozenNow,
      fleetWindows,
    });
    ends.push(detections.close, store.close);
    return {
      events,
      changes,
      windows,
      ready: store.ready,
      /** Until everything recorded so far was told to the store, and the answer was looked at. */
      flushed: async () => {
        for (const wanted = flushes + 2; flushes < wanted; ) await delay(20);
      },
      refuse: (count: number, reason = 'signature_invalid', address = attacker, evidence = {}) => {
        for (let index = 0; index < count; index += 1)
          detections.securityLog.record(refusal(reason, address, evidence));
      },
    };
  };
  const twoTasks = async () => [await aTask(), await aTask()] as const;

  beforeAll(async () => {
    redis = await aRedisServer();
    reader = new Redis(redis.url);
    reader.on('error', () => undefined);
  });
  beforeEach(() => reader.flushall());
  afterEach(() => {
    for (const end of ends) end();
    ends = [];
  });
  afterAll(async () => {
    reader.disconnect();
    await redis.close();
  });

  it('open one finding for 12 failures here and 12 there, because 24 are a burst', async () => {
    const [one, two] = await twoTasks();
    one.refuse(12);
    two.refuse(12);
    await Promise.all([one.flushed(), two.flushed()]);
    const found = [...one.events, ...two.events].filter(({ class_uid }) => class_uid === 2004);
    expect(found).toMatchObject([
      {
        activity_id: 1,
        metadata: { event_code: 'detection.invalid_token_burst' },
        finding_info: { related_events_count: 24 },
        evidences: [{ src_endpoint: { ip: attacker }, data: { ofAllTasks: 24 } }],
      },
    ]);
  });

  it('open one finding where each saw enough by itself, and none again while it goes on', async () => {
    const [one, two] = await twoTasks();
    for (let round = 0; round < 2; round += 1) {
      one.refuse(25);
      two.refuse(25);
      await Promise.all([one.flushed(), two.flushed()]);
    }
    expect(codesIn([...one.events, ...two.events])).toEqual(['detection.invalid_token_burst']);
  });

  it('stay silent for 9 and 9, and for two addresses with 12 each', async () => {
    const [one, two] = await twoTasks();
    one.refuse(9);
    two.refuse(9);
    one.refuse(12, 'malformed', '198.51.100.1');
    two.refuse(12, 'malformed', '198.51.100.2');
    await Promise.all([one.flushed(), two.flushed()]);
    expect(codesIn([...one.events, ...two.events])).toEqual([]);
  });

  it.each([
    ['D2 bad_token_hammered', 'detection.bad_token_hammered', 'expired', 26],
    ['D4 audience_mismatch_burst', 'detection.audience_mismatch_burst', 'audience_mismatch', 3],
    ['D10 unknown_key_ids', 'detection.unknown_key_ids', 'kid_unknown', 3],
  ])('count %s over all tasks', async (_, code, reason, each) => {
    const tasks = await twoTasks();
    for (const { refuse } of tasks) {
      // Each process makes the mark of the token by itself, from the key that they share.
      const { evidence } = createCredentialMark(secret)({ reason: 'expired' }, 'a.compact.token');
      refuse(each, reason, attacker, { ...evidence, client: 'a-client' });
    }
    await Promise.all(tasks.map(({ flushed }) => flushed()));
    expect(codesIn(tasks.flatMap(({ events }) => events))).toEqual([code]);
  });

  it('never mix with another server on the same store', async () => {
    const one = await aTask();
    const other = await aTask('https://other.example.com/mcp');
    one.refuse(12);
    other.refuse(12);
    await Promise.all([one.flushed(), other.flushed()]);
    expect(codesIn([...one.events, ...other.events])).toEqual([]);
  });

  it('judge alone when the store dies, say so once, and count together when it is back', async () => {
    const [one, two] = await twoTasks();
    one.refuse(12);
    await one.flushed();
    await redis.kill();
    one.refuse(8);
    await one.flushed();
    expect(codesIn(one.events)).toEqual(['detection.invalid_token_burst']);
    expect(one.changes).toEqual(['degraded']);
    one.refuse(20, 'malformed', '198.51.100.1');
    await delay(50);
    expect(codesIn(one.events)).toHaveLength(2);

    await redis.start();
    for (let attempt = 0; attempt < 100 && one.changes.length < 2; attempt += 1) await delay(50);
    expect(one.changes).toEqual(['degraded', 'restored']);
    await two.ready();
    for (const { refuse } of [one, two]) refuse(12, 'malformed', '198.51.100.2');
    await Promise.all([one.flushed(), two.flushed()]);
    expect([...codesIn(one.events).slice(2), ...codesIn(two.events)]).toEqual([
      'detection.invalid_token_burst',
    ]);
  }, 20_000);

  it('do not wait for a store that hangs: what one task saw is told within seconds', async () => {
    const one = await aTask();
    redis.freeze();
    try {
      one.refuse(20);
      await one.flushed();
      expect(codesIn(one.events)).toEqual(['detection.invalid_token_burst']);
      expect(one.changes).toEqual(['degraded']);
    } finally {
      redis.thaw();
    }
  });

  it('leave nothing in the store that names somebody, and nothing that stays', async () => {
    const one = await aTask();
    one.refuse(20, 'signature_invalid', attacker, { credential: 'the-credential' });
    await one.flushed();
    const keys = await reader.keys('*');
    expect(keys.map((key) => key.split(':')[0]).toSorted()).toEqual([
      'mcp-finding',
      'mcp-window',
      'mcp-window',
    ]);
    const values = await reader.mget(keys);
    expect([...keys, ...values].join()).not.toMatch(/203\.0|the-credential|invalid_token|example/);
    for (const key of keys) {
      const left = await reader.pttl(key);
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(5 * 60_000);
    }
  });

  it('bound what a flood of addresses leaves in the store, and confess what was judged alone', async () => {
    const one = await aTask();
    for (let index = 0; index < 3000; index += 1)
      one.refuse(1, 'malformed', `198.51.${index >> 8}.${index & 255}`);
    await one.flushed();
    expect(await reader.dbsize()).toBe(200);
    expect(one.windows.overflow()).toBe(2800);
    expect(codesIn(one.events)).toEqual([]);
  });

  it('judge what was not told yet when the process ends', async () => {
    const one = await aTask();
    one.refuse(20);
    ends[0]?.();
    expect(codesIn(one.events)).toEqual(['detection.invalid_token_burst']);
  });
});
