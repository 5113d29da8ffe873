import { describe, expect, it } from 'vitest';
import { type AddToFleet, createDetector } from '../../../oauth/detection.ts';
import { defaultDetectionSettings } from '../../../oauth/detection-settings.ts';
import { createFleetShare, judgedAlone, tallyOf } from '../../../oauth/fleet-count.ts';
import type { Observation } from '../../../oauth/observation.ts';
import { anObservation, noon } from './traces.ts';

/** What a task keeps for the others, and what their sum means to it. */

const guess = (seconds: number, changes: Partial<Observation> = {}): Observation =>
  anObservation('token.rejected', seconds, {
    reason: 'signature_invalid',
    client: 'a-client',
    credential: 'a-credential',
    ...changes,
  });

const aTask = (limitKeys = 100) => {
  const share = createFleetShare(limitKeys);
  const detector = createDetector('process', defaultDetectionSettings, share.add);
  return { share, detector };
};

const guesses = (count: number, startsAt = 0) => {
  const task = aTask();
  for (let index = 0; index < count; index += 1)
    expect(task.detector.observe(guess(startsAt + index / 100))).toEqual([]);
  const [burst] = task.share.take().filter(({ line }) => line.startsWith('invalid_token_burst'));
  if (!burst) throw new Error('nothing was counted');
  return { ...task, burst };
};

describe('the share of one task', () => {
  it('holds one count per line, key and window, because that is what the others have to know', () => {
    const { detector, share } = aTask();
    for (const seconds of [0, 1, 2, 59.9, 60]) detector.observe(guess(seconds));
    detector.observe(guess(3, { address: '203.0.113.8' }));
    const counts = share.take().filter(({ line }) => line.startsWith('invalid_token_burst'));
    expect(counts.map(({ key, window, events }) => [key, window - noon / 60_000, events])).toEqual([
      ['203.0.113.7', 0, 4],
      ['203.0.113.7', 1, 1],
      ['203.0.113.8', 0, 1],
    ]);
    expect(share.take()).toEqual([]);
  });

  it('is of the four rules that count, in the lines that need more than one event', () => {
    const { detector, share } = aTask();
    for (const reason of ['signature_invalid', 'audience_mismatch', 'kid_unknown', 'expired'])
      detector.observe(guess(0, { reason }));
    detector.observe(anObservation('scope.denied', 0, { reason: 'scope_insufficient' }));
    detector.observe(anObservation('access.allowed', 0, { subject: 'ada', accessToken: 'one' }));
    const lines = new Set(share.take().map(({ line }) => line));
    expect([...lines].toSorted()).toEqual([
      'audience_mismatch_burst by client in 300',
      'bad_token_hammered by credential and address in 60',
      'invalid_token_burst by address in 60',
      'unknown_key_ids by address in 60',
      'unknown_key_ids by fleet in 60',
    ]);
  });

  it('is bounded under a flood, judges the rest alone, and a flooded line takes no room of another', () => {
    const { detector, share } = aTask(50);
    for (let index = 0; index < 5000; index += 1)
      detector.observe(guess(0, { address: `198.51.${index >> 8}.${index & 255}` }));
    expect(share.overflow()).toBe(2 * 4950);
    const found = Array.from({ length: 20 }, () => detector.observe(guess(1))).flat();
    expect(found.map(({ ruleId, key }) => [ruleId, key])).toEqual([
      ['invalid_token_burst', '203.0.113.7'],
    ]);
    detector.observe(guess(1, { reason: 'audience_mismatch' }));
    const counts = share.take();
    expect(counts).toHaveLength(2 * 50 + 1);
    expect(counts.at(-1)?.line).toContain('audience_mismatch_burst');
  });

  it('alone tells nothing below the threshold, and at it what a detector without others would', () => {
    expect(judgedAlone(guesses(19).burst)).toBeUndefined();
    expect(judgedAlone(guesses(20).burst)).toMatchObject({
      ruleId: 'invalid_token_burst',
      activity: 'create',
      key: '203.0.113.7',
      relatedEvents: 20,
    });
  });
});

describe('the sum over all tasks', () => {
  it('is judged by the threshold of one task', () => {
    const { burst } = guesses(12);
    expect(tallyOf(burst, { current: 19, previous: 0 })).toBeUndefined();
    expect(tallyOf(burst, { current: 20, previous: 0 })).toEqual({
      events: 20,
      added: 12,
      firstAt: noon,
      counts: { ofAllTasks: 20 },
    });
  });

  it('weighs the window before by how much of it is within reach', () => {
    const { burst } = guesses(1, 30);
    expect(tallyOf(burst, { current: 10, previous: 19 })).toBeUndefined();
    expect(tallyOf(burst, { current: 10, previous: 20 })).toMatchObject({
      events: 20,
      firstAt: noon - 60_000,
    });
  });

  it('never hides what one task saw by itself, because the store may have begun anew', () => {
    expect(tallyOf(guesses(20).burst, { current: 3, previous: 0 })).toMatchObject({ events: 20 });
  });

  it('adds every event of a batch to an open finding, because a report stands for all of them', () => {
    const { burst, detector, share } = guesses(20);
    judgedAlone(burst);
    for (let index = 0; index < 30; index += 1) detector.observe(guess(1));
    for (const count of share.take()) judgedAlone(count);
    const closed = detector.sweep(noon + 10 * 60_000);
    expect(closed.map(({ ruleId, relatedEvents }) => [ruleId, relatedEvents])).toContainEqual([
      'invalid_token_burst',
      50,
    ]);
  });
});

it('a detector that nobody else listens to judges at once', () => {
  const refusesAll: AddToFleet = () => false;
  const detector = createDetector('process', defaultDetectionSettings, refusesAll);
  const found = Array.from({ length: 20 }, () => detector.observe(guess(0)));
  expect(found.map((findings) => findings.length).indexOf(1)).toBe(19);
});
