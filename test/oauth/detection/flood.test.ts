import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createDetector } from '../../../oauth/detection.ts';
import { defaultDetectionSettings } from '../../../oauth/detection-settings.ts';
import { anObservation, noon } from './traces.ts';

/** A million made-up keys: what that costs, and whether anybody can hide behind them. */

const million = 1_000_000;
const megabyte = 1024 * 1024;

const flooded = (index: number) =>
  anObservation('token.rejected', (index * 60) / million, {
    reason: index % 3 === 0 ? 'kid_unknown' : 'signature_invalid',
    address: `${20 + (index % 200)}.${(index >> 8) % 256}.${(index >> 16) % 256}.${index % 256}`,
    credential: (index * 2_654_435_761).toString(16),
    subject: `subject-${index}`,
    client: `client-${index}`,
    correlationId: `correlation-${index}`,
  });

const accepted = (index: number) =>
  anObservation('access.allowed', (index * 60) / million, {
    subject: `subject-${index}`,
    client: `client-${index}`,
    accessToken: `token-${index}`,
    address: `198.51.${index % 256}.${(index >> 8) % 256}`,
    operation: 'tools/call',
    target: 'search',
  });

setFlagsFromString('--expose_gc');
const collect = runInNewContext('gc') as () => void;
const heapUsed = (): number => {
  collect();
  return process.memoryUsage().heapUsed;
};

describe('a million distinct keys', () => {
  it('take at most 32 MB, and the one that guesses among them is found', () => {
    const detector = createDetector('process', defaultDetectionSettings);
    const before = heapUsed();
    const found: string[] = [];
    for (let index = 0; index < million; index += 1) {
      for (const event of index % 10 === 0 ? [flooded(index), accepted(index)] : [flooded(index)])
        for (const { ruleId, key } of detector.observe(event)) found.push(`${ruleId} ${key}`);
      // Twenty-one guesses in the minute, each behind fifty thousand made-up ones.
      if (index % 49_000 === 0) {
        const guess = { ...flooded(index), reason: 'signature_invalid', address: '192.0.2.1' };
        for (const { ruleId, key } of detector.observe(guess)) found.push(`${ruleId} ${key}`);
      }
    }
    const grown = heapUsed() - before;
    expect(found).toContain('invalid_token_burst 192.0.2.1');
    expect(detector.state().keys).toBeLessThanOrEqual(120_000);
    expect(detector.state().evictions).toBeGreaterThan(million);
    expect(grown / megabyte).toBeLessThan(32);
    expect(detector.sweep(noon + 10 * 60_000).length).toBeGreaterThan(0);
  }, 60_000);
});
