import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseDetectionSettings } from '../../oauth/detection-settings.ts';
import { type SecurityEvent, type SecurityLog, securityEvent } from '../../oauth/security-event.ts';
import { createDetections } from '../../server/detections.ts';
import { frozenNow } from '../support/tokens.ts';

const noon = frozenNow;

const aLog = () => {
  const events: SecurityEvent[] = [];
  return { events, record: (event: SecurityEvent) => void events.push(event) };
};

const settings = (value: object = {}) => {
  const parsed = parseDetectionSettings(value);
  if (!parsed.ok) throw new Error(parsed.error.join());
  return parsed.value;
};

const refusal = (reason: string, correlationId = 'c'.repeat(32)): SecurityEvent =>
  securityEvent(
    'token.rejected',
    { time: noon, correlationId, component: 'resource-server', clientAddress: '203.0.113.7' },
    { reason },
  );

const codes = (events: readonly SecurityEvent[]) =>
  events.map((event) => event.metadata.event_code);
const turn = () => new Promise((resolve) => setImmediate(resolve));

const aDetections = (securityLog: SecurityLog, value: object = {}) =>
  createDetections({ securityLog, settings: settings(value), now: () => Date.now() });

afterEach(() => {
  vi.useRealTimers();
});

describe('the detections of a process', () => {
  it('look at an event after the turn that recorded it, so that no request waits for them', async () => {
    const log = aLog();
    const detections = aDetections(log);
    detections.securityLog.record(refusal('alg_not_allowed'));
    expect(codes(log.events)).toEqual(['token.rejected']);
    await turn();
    expect(codes(log.events)).toEqual(['token.rejected', 'detection.algorithm_confusion']);
    expect(log.events[1]?.metadata.correlation_uid).toBe('c'.repeat(32));
    detections.close();
  });

  it('never look at their own findings, which would feed on themselves', async () => {
    const log = aLog();
    const detections = aDetections(log);
    for (let index = 0; index < 3; index += 1) {
      detections.securityLog.record(refusal('alg_not_allowed'));
      await turn();
    }
    expect(codes(log.events).filter((code) => code.startsWith('detection.'))).toHaveLength(1);
    detections.close();
  });

  it('bound what waits, and confess what they did not look at', () => {
    vi.useFakeTimers({ now: noon });
    const log = aLog();
    const detections = aDetections(log, { bad_token_hammered: 'off' });
    for (let index = 0; index < 6000; index += 1)
      detections.securityLog.record(refusal('claim_missing'));
    vi.advanceTimersByTime(30_000);
    expect(log.events.at(-1)).toMatchObject({
      metadata: { event_code: 'detections.degraded' },
      unmapped: { evidence: { skipped: 1000, faults: 0, forgottenKeys: 0 } },
    });
    vi.advanceTimersByTime(30_000);
    expect(codes(log.events).filter((code) => code === 'detections.degraded')).toHaveLength(1);
    detections.close();
  });

  it('survive an event they cannot read, because that must not reach the next request', () => {
    vi.useFakeTimers({ now: noon });
    const log = aLog();
    const detections = aDetections(log);
    detections.securityLog.record({
      metadata: { event_code: 'token.rejected' },
      get time(): number {
        throw new Error('unreadable');
      },
    } as unknown as SecurityEvent);
    detections.securityLog.record(refusal('alg_not_allowed'));
    vi.advanceTimersByTime(30_000);
    expect(codes(log.events)).toContain('detection.algorithm_confusion');
    expect(log.events.at(-1)).toMatchObject({ unmapped: { evidence: { faults: 1 } } });
    detections.close();
  });

  it('close a finding when it has been quiet, although no further event comes', () => {
    vi.useFakeTimers({ now: noon });
    const log = aLog();
    const detections = aDetections(log);
    detections.securityLog.record(refusal('alg_not_allowed'));
    vi.advanceTimersByTime(9 * 60_000);
    expect(log.events).toHaveLength(2);
    vi.advanceTimersByTime(2 * 60_000);
    expect(log.events.slice(1).map(({ activity_id }) => activity_id)).toEqual([1, 3]);
    detections.close();
  });

  it('look at what is left when the process ends', () => {
    const log = aLog();
    const detections = aDetections(log);
    detections.securityLog.record(refusal('crit_unsupported'));
    detections.close();
    expect(codes(log.events)).toEqual(['token.rejected', 'detection.algorithm_confusion']);
  });

  it('are configuration: a rule that is off says nothing', async () => {
    const log = aLog();
    const detections = aDetections(log, { algorithm_confusion: 'off' });
    detections.securityLog.record(refusal('alg_not_allowed'));
    await turn();
    expect(codes(log.events)).toEqual(['token.rejected']);
    detections.close();
  });
});
