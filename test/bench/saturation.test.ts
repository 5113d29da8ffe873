import { describe, expect, it } from 'vitest';
import { findSaturation, isSaturated, rateUsing, type Step } from '../../bench/saturation.ts';

/** A server that answers `capacity` calls a second and lets the others wait. */
const capableOf =
  (capacity: number) =>
  async (rate: number): Promise<Step> => {
    const offered = rate * 4;
    const answered = Math.min(offered, capacity * 4);
    return { rate, offered, answered, failed: 0, p50: 1, p99: 20, cpu: 100 };
  };

const search = { from: 100, factor: 1.6, precision: 0.05, mostSteps: 20 };

describe('the search for saturation', () => {
  it.each([101, 777, 1900, 40_000])('finds a capacity of %d to its precision', async (capacity) => {
    const { rate, steps } = await findSaturation(capableOf(capacity), search);
    expect(rate).toBeLessThanOrEqual(capacity * 1.01 + 1);
    expect(rate).toBeGreaterThan(capacity * 0.95 - 1);
    expect(steps.map((step) => step.rate)).toEqual(
      steps.map((step) => step.rate).sort((one, other) => one - other),
    );
  });

  it('says so when the first step is too much, because nothing was held then', async () => {
    await expect(findSaturation(capableOf(50), search)).rejects.toThrow('too much already');
  });

  it('gives up on a server that never has enough, because a benchmark must end', async () => {
    const endless = findSaturation(capableOf(Number.POSITIVE_INFINITY), search);
    await expect(endless).rejects.toThrow('not saturated after 20 steps');
  });
});

describe('too much', () => {
  const held: Step = {
    ...{ rate: 100, offered: 400, answered: 400, failed: 0 },
    ...{ p50: 1, p99: 900, cpu: 100 },
  };

  it('is a call that fails, one in a hundred without an answer, or a second of waiting', () => {
    expect(isSaturated(held)).toBe(false);
    expect(isSaturated({ ...held, failed: 1 })).toBe(true);
    expect(isSaturated({ ...held, answered: 395 })).toBe(true);
    expect(isSaturated({ ...held, p99: 1001 })).toBe(true);
  });
});

describe('the rate that uses so much CPU', () => {
  const step = (rate: number, cpu: number): Step => ({
    ...{ rate, cpu, offered: rate * 4, answered: rate * 4, failed: 0 },
    ...{ p50: 1, p99: 2 },
  });
  // 0.1, 0.2 and 0.25 vCPUs.
  const steps = [step(200, 500), step(1000, 200), step(2000, 125)];

  it('lies between the steps around it, because a call that comes alone is dearer than one of many', () => {
    expect(rateUsing(0.15, steps)).toBeCloseTo(600);
    expect(rateUsing(0.05, steps)).toBeCloseTo(100);
  });

  it('is unknown when no step used as much', () => {
    expect(() => rateUsing(0.3, steps)).toThrow('no step used 0.3 vCPUs');
  });
});
