import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBoundedMap } from '../../oauth/bounded-map.ts';
import { isBurst, noCalls } from '../../oauth/call-rate.ts';
import { customerOf, siteOf } from '../../oauth/client-network.ts';
import { addValue, maxDistinctValues, noValues, removeValue } from '../../oauth/distinct-values.ts';
import { countedIn, countOne, emptyCount } from '../../oauth/sliding-count.ts';

const minute = 60;

/** The highest count that a series of events reaches. */
const highest = (times: readonly number[]): number => {
  const count = emptyCount(times[0] ?? 0, minute);
  return Math.max(0, ...times.map((time) => countOne(count, time, minute)));
};

const sortedTimes = (within: number) =>
  fc
    .array(fc.integer({ min: 0, max: within - 1 }), { minLength: 1, maxLength: 80 })
    .map((times) => times.toSorted((a, b) => a - b));

describe('a sliding count', () => {
  it('counts all events of one aligned window, because that is what n in a minute means', () => {
    fc.assert(
      fc.property(sortedTimes(60_000), fc.integer({ min: 0, max: 1_000_000 }), (times, n) => {
        expect(highest(times.map((time) => n * 60_000 + time))).toBe(times.length);
      }),
    );
  });

  it('reaches n within 2n - 1 events of any minute, so that nobody hides on a window edge', () => {
    fc.assert(
      fc.property(sortedTimes(60_000), fc.integer({ min: 0, max: 59_999 }), (times, offset) => {
        const n = Math.floor((times.length + 1) / 2);
        expect(highest(times.map((time) => offset + time))).toBeGreaterThanOrEqual(n);
      }),
    );
  });

  it('never counts more than there were in two minutes, because an old event is no evidence', () => {
    fc.assert(
      fc.property(sortedTimes(600_000), (times) => {
        const count = emptyCount(times[0] as number, minute);
        for (const [index, time] of times.entries()) {
          const counted = countOne(count, time, minute);
          const recent = times.slice(0, index + 1).filter((other) => other > time - 120_000);
          expect(counted).toBeLessThanOrEqual(recent.length);
        }
      }),
    );
  });

  it('is empty two windows later, to the millisecond', () => {
    const count = emptyCount(0, minute);
    for (let index = 0; index < 10; index += 1) countOne(count, 59_999, minute);
    expect(countedIn(count, 60_000, minute)).toBe(10);
    expect(countedIn(count, 119_999, minute)).toBeGreaterThan(0);
    expect(countedIn(count, 120_000, minute)).toBe(0);
  });

  it('goes on when the clock is set back, because an attacker may wait for just that', () => {
    const count = emptyCount(600_000, minute);
    for (let index = 0; index < 5; index += 1) countOne(count, 600_000, minute);
    expect(countOne(count, 1_000, minute)).toBe(6);
  });
});

describe('a bounded map', () => {
  const aMap = (limit: number) => createBoundedMap<number>(limit, (value) => value);

  it('never holds more than its limit, whatever is put into it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 5 }))),
        (entries) => {
          const map = aMap(10);
          for (const [key, value] of entries) {
            map.set(String(key), value, 0);
            expect(map.size()).toBeLessThanOrEqual(10);
            expect(map.get(String(key))).toBe(value);
          }
        },
      ),
    );
  });

  it('keeps what counts for more, because a flood of new keys must not make it forget', () => {
    const map = aMap(1000);
    map.set('heavy', 5, 0);
    for (let index = 0; index < 100_000; index += 1) map.set(`flood ${index}`, 1, 0);
    expect(map.get('heavy')).toBe(5);
    expect(map.size()).toBe(1000);
    expect(map.evictions()).toBe(99_001);
  });

  it('keeps the heaviest also when every key of the flood was used a few times', () => {
    const map = aMap(1000);
    map.set('heavy', 19, 0);
    for (let index = 0; index < 100_000; index += 1) map.set(`flood ${index}`, 2 + (index % 5), 0);
    expect(map.get('heavy')).toBe(19);
  });

  it('lets what has expired go first and does not call that a loss', () => {
    const map = aMap(10);
    for (let index = 0; index < 20; index += 1) map.set(`old ${index}`, 0, 0);
    expect(map.evictions()).toBe(0);
  });
});

describe('distinct values', () => {
  const add = (values: ReturnType<typeof noValues>, value: string, time: number) =>
    addValue(values, value, { time, windowSeconds: 60 });

  it('counts each value once, and only as long as it was seen in the window', () => {
    const values = noValues();
    expect(add(values, 'a', 0)).toBe(1);
    expect(add(values, 'b', 1_000)).toBe(2);
    expect(add(values, 'a', 59_000)).toBe(2);
    expect(add(values, 'c', 61_000)).toBe(2);
    expect(add(values, 'c', 118_999)).toBe(2);
    expect(add(values, 'c', 119_000)).toBe(1);
  });

  it('remembers a handful and no more, because the values are an attacker’s', () => {
    const values = noValues();
    for (let index = 0; index < 100; index += 1)
      expect(add(values, `value ${index}`, 0)).toBeLessThanOrEqual(maxDistinctValues);
    expect(values.values).toHaveLength(maxDistinctValues);
  });

  it('forgets a value on request, because a granted scope is no probe', () => {
    const values = noValues();
    add(values, 'a', 0);
    add(values, 'b', 0);
    removeValue(values, 'a');
    removeValue(values, 'never seen');
    expect(add(values, 'b', 0)).toBe(1);
  });
});

describe('a call rate', () => {
  const limits = { least: 300, times: 10 };
  const callsInMinute = (rate: ReturnType<typeof noCalls>, at: number, calls: number) =>
    Array.from({ length: calls }, (_, index) =>
      isBurst(rate, at * 60_000 + Math.floor((index * 60_000) / calls), limits),
    ).filter(Boolean).length;

  it('is a burst from the first call over ten times the usual on', () => {
    const rate = noCalls(0);
    for (let at = 0; at < 30; at += 1) expect(callsInMinute(rate, at, 40)).toBe(0);
    expect(callsInMinute(rate, 30, 500)).toBe(100);
  });

  it('is none after a restart, because everybody is new then and some are busy', () => {
    const rate = noCalls(0);
    for (let at = 0; at < 60; at += 1) expect(callsInMinute(rate, at, 600)).toBe(0);
  });

  it('is none below the least number, however quiet it was before', () => {
    const rate = noCalls(0);
    for (let at = 0; at < 30; at += 1) callsInMinute(rate, at, 1);
    expect(callsInMinute(rate, 30, 300)).toBe(0);
    expect(callsInMinute(rate, 31, 301)).toBe(1);
  });
});

describe('an address', () => {
  it.each([
    ['203.0.113.77', '203.0.113.77', '203.0.113'],
    ['::ffff:203.0.113.77', '203.0.113.77', '203.0.113'],
    ['2001:DB8:1:2:3:4:5:6', '2001:db8:1:2', '2001:db8:1'],
    ['2001:0db8:0001:0002::1', '2001:db8:1:2', '2001:db8:1'],
    ['2001:db8::1', '2001:db8:0:0', '2001:db8:0'],
    ['::1', '0:0:0:0', '0:0:0'],
    ['fe80::', 'fe80:0:0:0', 'fe80:0:0'],
  ])('%s is customer %s at site %s', (address, customer, site) => {
    expect(customerOf(address)).toBe(customer);
    expect(siteOf(address)).toBe(site);
  });
});
