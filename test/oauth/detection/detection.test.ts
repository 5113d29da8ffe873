import { describe, expect, it } from 'vitest';
import { createDetector, type Detector } from '../../../oauth/detection.ts';
import type { DetectionDetails } from '../../../oauth/detection-finding.ts';
import { detectionIds, detectionRule } from '../../../oauth/detection-rules.ts';
import {
  defaultDetectionSettings,
  parseDetectionSettings,
} from '../../../oauth/detection-settings.ts';
import type { Observation } from '../../../oauth/observation.ts';
import { anObservation, noon, series, traces } from './traces.ts';

const observeAll = (detector: Detector, observations: readonly Observation[]) =>
  observations.flatMap((observation, index) =>
    detector.observe(observation).map((finding) => ({ at: index + 1, ...finding })),
  );

const aDetector = (place: 'process' | 'broker' = 'process', settings: object = {}): Detector => {
  const parsed = parseDetectionSettings(settings);
  if (!parsed.ok) throw new Error(parsed.error.join());
  return createDetector(place, parsed.value);
};

describe('every attack fires once', () => {
  it.each(traces.map((trace) => [`${trace.id}: ${trace.title}`, trace] as const))(
    '%s',
    (_, trace) => {
      const { id, place, attack, firesAt, severity } = trace;
      const findings = observeAll(aDetector(place), attack).filter(({ ruleId }) => ruleId === id);
      expect(findings.filter(({ activity }) => activity === 'create')).toHaveLength(1);
      expect(findings[0]).toMatchObject({ at: firesAt, activity: 'create', severity });
      expect(findings[0]?.evidences[0]?.correlationIds).toHaveLength(1);
    },
  );

  it('has a trace for each rule that a process computes, because a rule nobody fired may be dead', () => {
    const computed = detectionIds.filter((id) => {
      const { computedIn, alsoIn = [] } = detectionRule(id);
      return [computedIn, ...alsoIn].some((place) => place === 'process' || place === 'broker');
    });
    expect([...new Set(traces.map(({ id }) => id))].sort()).toEqual([...computed].sort());
  });
});

describe('no near miss fires', () => {
  it('and there is one for each attack, because a rule that fires at anything also fires at those', () => {
    expect(traces.filter(({ nearMisses }) => Object.keys(nearMisses).length === 0)).toEqual([]);
  });

  const misses = traces.flatMap(({ id, place, nearMisses }) =>
    Object.entries(nearMisses).map(
      ([title, observations]) => [`${id}: ${title}`, id, place, observations] as const,
    ),
  );
  it.each(misses)('%s', (_, id, place, observations) => {
    const findings = observeAll(aDetector(place), observations);
    expect(findings.filter(({ ruleId }) => ruleId === id)).toEqual([]);
  });
});

const probe = (seconds: number, target: string) =>
  anObservation('tenant.denied', seconds, {
    subject: 'ada',
    client: 'app',
    tenant: 'acme',
    reason: 'tenant_mismatch',
    operation: 'tools/call',
    target,
  });

describe('the life of a finding', () => {
  const guess = (seconds: number) =>
    anObservation('token.rejected', seconds, { reason: 'signature_invalid' });

  it('is one create, an update every five minutes while it lasts, and a close when it is quiet', () => {
    const detector = aDetector();
    const attack = series(1200, 20 * 60, (_, second) => guess(second));
    const findings: DetectionDetails[] = observeAll(detector, attack);
    expect(findings.map(({ activity }) => activity)).toEqual([
      'create',
      'update',
      'update',
      'update',
    ]);
    expect(detector.sweep(noon + 20 * 60_000 + 100_000)).toEqual([]);
    const [closed] = detector.sweep(noon + 25 * 60_000 + 100_000);
    expect(closed).toMatchObject({ activity: 'close', key: '203.0.113.7', severity: 3 });
    expect(closed?.relatedEvents).toBeGreaterThan(1150);
    expect(new Set([...findings, closed].map((finding) => finding?.windowStartedAt)).size).toBe(1);
    expect(detector.state().openFindings).toBe(0);
  });

  it('is closed by the next event when no timer runs, as in a function that is frozen', () => {
    const detector = aDetector();
    observeAll(
      detector,
      series(20, 30, (_, second) => guess(second)),
    );
    const later = detector.observe(anObservation('access.allowed', 1200, { subject: 'ada' }));
    expect(later.map(({ activity }) => activity)).toEqual(['close']);
  });

  it('begins anew with a window of its own when the attacker comes back', () => {
    const detector = aDetector();
    const attack = (start: number) => series(25, 40, (_, second) => guess(start + second));
    const findings = observeAll(detector, [...attack(0), ...attack(3600)]);
    expect(findings.map(({ activity }) => activity)).toEqual(['create', 'close', 'create']);
    expect(findings[0]?.windowStartedAt).not.toBe(findings[2]?.windowStartedAt);
  });

  it('gets worse at once when a third record of other tenants is touched', () => {
    const detector = aDetector();
    const findings = observeAll(detector, [
      probe(1, 'note-1'),
      probe(2, 'note-1'),
      probe(3, 'note-2'),
      probe(4, 'note-3'),
      probe(5, 'note-4'),
    ]);
    expect(findings).toMatchObject([
      { at: 1, activity: 'create', severity: 4, tenant: 'acme' },
      { at: 4, activity: 'update', severity: 5, isAlert: true },
    ]);
  });

  it('names who, where, what and where to read on, and never more than ten of each', () => {
    const detector = aDetector();
    observeAll(
      detector,
      series(80, 250, (index, second) => probe(second, `note-${index % 20}`)),
    );
    const [update] = observeAll(detector, [probe(320, 'note-1')]);
    expect(update?.evidences).toHaveLength(10);
    expect(update?.evidences[0]).toMatchObject({
      clientAddress: '203.0.113.7',
      subject: 'ada',
      clientId: 'app',
      operation: 'tools/call note-0',
      reason: 'tenant_mismatch',
    });
    for (const { correlationIds } of update?.evidences ?? [])
      expect(correlationIds?.length).toBeLessThanOrEqual(10);
  });

  it('is one finding for all the rest when a hundred keys are at it, because a flood must not fill the log', () => {
    const detector = aDetector();
    const attack = Array.from({ length: 300 }, (_, index) =>
      anObservation('token.rejected', index / 10, {
        reason: 'alg_not_allowed',
        address: `198.51.${index}.1`,
      }),
    );
    const findings = observeAll(detector, attack);
    expect(findings).toHaveLength(101);
    expect(findings.at(-1)?.key).toBe('(others)');
  });
});

describe('settings', () => {
  const guesses = series(30, 50, (_, second) =>
    anObservation('token.rejected', second, { reason: 'signature_invalid' }),
  );

  it('switch a rule off', () => {
    expect(observeAll(aDetector('process', { invalid_token_burst: 'off' }), guesses)).toEqual([]);
  });

  it('change threshold and window', () => {
    const findings = observeAll(
      aDetector('process', { invalid_token_burst: { threshold: 5, windowSeconds: 10 } }),
      guesses,
    );
    expect(findings).toMatchObject([{ at: 5, activity: 'create' }]);
  });

  it('keep every default that is not named', () => {
    expect(parseDetectionSettings({})).toEqual({ ok: true, value: defaultDetectionSettings });
    const changed = parseDetectionSettings({ cross_tenant_probe: { second: { threshold: 9 } } });
    expect(changed.ok && changed.value.cross_tenant_probe).toEqual({
      mode: 'notify',
      threshold: 1,
      windowSeconds: 600,
      second: { threshold: 9, windowSeconds: 600 },
    });
  });

  it.each([
    ['a list', [], 'must be a JSON object'],
    ['an unknown rule', { sql_injection: 'off' }, 'sql_injection is no detection'],
    [
      'an unknown mode',
      { scope_probing: 'block' },
      'scope_probing.mode must be off, notify or respond',
    ],
    [
      'no threshold at all',
      { scope_probing: { threshold: 0 } },
      'scope_probing.threshold must be a whole number from 1 to 16',
    ],
    [
      'more distinct values than are remembered',
      { token_from_many_networks: { threshold: 17 } },
      'token_from_many_networks.threshold must be a whole number from 1 to 16',
    ],
    [
      'half a second',
      { log_loss: { windowSeconds: 0.5 } },
      'log_loss.windowSeconds must be a whole number from 1 to 86400',
    ],
    ['a misspelt member', { log_loss: { treshold: 1 } }, 'log_loss.treshold means nothing'],
    [
      'a second line that does not exist',
      { log_loss: { second: {} } },
      'log_loss has no second line',
    ],
    ['a ratio that does not exist', { log_loss: { ratio: 2 } }, 'log_loss has no ratio'],
    [
      'a ratio of nothing',
      { principal_burst: { ratio: 0 } },
      'principal_burst.ratio must be a number above 0',
    ],
    [
      'an answer that would hit a whole office',
      { invalid_token_burst: 'respond' },
      'invalid_token_burst cannot respond: whatever could be done would hurt others, too',
    ],
    ['no object', { log_loss: 3 }, 'log_loss must be a mode or an object'],
  ])('refuse %s', (_, value, problem) => {
    expect(parseDetectionSettings(value)).toEqual({ ok: false, error: [problem] });
  });

  it('name every problem at once', () => {
    const parsed = parseDetectionSettings({ a: 1, log_loss: { mode: 'x', threshold: -1 } });
    expect(parsed.ok || parsed.error).toHaveLength(3);
  });
});
