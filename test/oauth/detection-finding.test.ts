import { describe, expect, it } from 'vitest';
import {
  type DetectionDetails,
  detectionFinding,
  findingId,
} from '../../oauth/detection-finding.ts';
import type { EventContext } from '../../oauth/security-event.ts';

const context: EventContext = {
  time: 1_795_424_400_000,
  correlationId: '4bf92f3577b34da6a3ce929d0e0e4736',
  component: 'resource-server',
};

const details: DetectionDetails = {
  ruleId: 'invalid_token_burst',
  title: 'Many invalid access tokens from one address',
  activity: 'create',
  severity: 3,
  key: '203.0.113.7',
  windowStartedAt: 1_795_424_340_000,
  firstSeenAt: 1_795_424_341_000,
  lastSeenAt: 1_795_424_399_000,
  relatedEvents: 20,
  evidences: [{ clientAddress: '203.0.113.7', reason: 'signature_invalid' }],
};

describe('detectionFinding', () => {
  it('is an OCSF Detection Finding that an alarm can be set on', () => {
    expect(detectionFinding(context, details)).toEqual({
      category_uid: 2,
      class_uid: 2004,
      class_name: 'Detection Finding',
      activity_id: 1,
      type_uid: 200_401,
      severity_id: 3,
      time: 1_795_424_400_000,
      status_id: 1,
      action_id: 3,
      disposition_id: 15,
      is_alert: true,
      finding_info: {
        uid: 'invalid_token_burst/203.0.113.7/2026-11-23T08:59:00.000Z',
        title: 'Many invalid access tokens from one address',
        analytic: {
          uid: 'invalid_token_burst',
          name: 'Many invalid access tokens from one address',
          type_id: 1,
        },
        first_seen_time: 1_795_424_341_000,
        last_seen_time: 1_795_424_399_000,
        related_events_count: 20,
      },
      evidences: [{ src_endpoint: { ip: '203.0.113.7' }, data: { reason: 'signature_invalid' } }],
      metadata: {
        version: '1.8.0',
        product: { name: 'cdk-secure-mcp', feature: { name: 'resource-server' } },
        profiles: ['security_control'],
        event_code: 'detection.invalid_token_burst',
        correlation_uid: '4bf92f3577b34da6a3ce929d0e0e4736',
      },
    });
  });

  it.each([
    ['create', 1, 1, true],
    ['update', 2, 2, false],
    ['close', 3, 4, false],
  ] as const)(
    '%s keeps the id and says how far it is, so that three lines are one finding',
    (activity, activityId, statusId, isAlert) => {
      const event = detectionFinding(context, { ...details, activity });
      expect(event).toMatchObject({
        activity_id: activityId,
        type_uid: 200_400 + activityId,
        status_id: statusId,
        is_alert: isAlert,
        finding_info: { uid: findingId(details) },
      });
    },
  );

  it('wakes nobody for low severity unless told to', () => {
    expect(detectionFinding(context, { ...details, severity: 2 }).is_alert).toBe(false);
    expect(detectionFinding(context, { ...details, severity: 2, isAlert: true }).is_alert).toBe(
      true,
    );
  });

  it('keeps what a caller chose short and on one line, because evidence is an attacker’s text', () => {
    const event = detectionFinding(context, {
      ...details,
      key: 'x\n{"forged":1}',
      evidences: [
        {
          clientId: `c\u202e${'d'.repeat(999)}`,
          counts: { networks: 4, 'name\n': 'value\u0000' },
          correlationIds: Array.from({ length: 99 }, (_, index) => `id-${index}`),
        },
        {},
        ...Array.from({ length: 99 }, () => ({ subject: 'somebody' })),
      ],
    });
    expect(JSON.stringify(event)).not.toMatch(/\\n|\\u0000|\u202e/);
    const [first, ...rest] = event.evidences as { data?: { correlation_uids: string[] } }[];
    expect(first).toMatchObject({ data: { networks: 4, 'name\ufffd': 'value\ufffd' } });
    expect(first?.data?.correlation_uids).toHaveLength(10);
    expect(rest).toHaveLength(8);
    expect(JSON.stringify(event).length).toBeLessThan(4096);
  });
});
