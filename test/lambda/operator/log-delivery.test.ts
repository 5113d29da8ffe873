import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { findingsOf, withLogDeliveries } from '../../../lambda/operator/log-delivery.ts';
import { detectionFinding } from '../../../oauth/detection-finding.ts';
import { parseDetectionSettings } from '../../../oauth/detection-settings.ts';
import { now } from '../store/records.ts';
import { ada, anOperator, codeOf, eve, throttled } from './an-operator.ts';

const delivery = (messages: readonly string[], messageType = 'DATA_MESSAGE') => ({
  awslogs: {
    data: gzipSync(
      JSON.stringify({ messageType, logEvents: messages.map((message) => ({ message })) }),
    ).toString('base64'),
  },
});

const line = (subject: string): string =>
  JSON.stringify(
    detectionFinding(
      { time: now * 1000, correlationId: 'c'.repeat(32), component: 'resource-server' },
      {
        ruleId: 'cross_tenant_probe',
        title: 'Somebody reaches for another tenant',
        activity: 'create',
        severity: 4,
        key: subject,
        windowStartedAt: now * 1000,
        firstSeenAt: now * 1000,
        lastSeenAt: now * 1000,
        relatedEvents: 1,
        evidences: [{ subject }],
      },
    ),
  );

const responding = () => {
  const parsed = parseDetectionSettings({ cross_tenant_probe: 'respond' });
  if (!parsed.ok) throw new Error(parsed.error.join());
  return parsed.value;
};

describe('a delivery of a log group', () => {
  it('is answered finding by finding, as they were logged', async () => {
    const parts = anOperator({}, undefined, responding());
    const results = await withLogDeliveries(parts.operate)(
      delivery([line(ada.subject), 'START RequestId', '{"level":"error"}', line(eve.subject)]),
      'invocation-1',
    );
    expect(results).toMatchObject([{ ok: true }, { ok: true }]);
    expect(parts.events.map(codeOf)).toEqual(['operator.acted', 'operator.acted']);
    expect(await parts.store.revocations(now)).toHaveLength(2);
  });

  it('answers the others when one fails, and fails as a whole so that it is repeated', async () => {
    const parts = anOperator(
      { ListUsers: (input, call) => (call === 1 ? throttled(input, call) : { Users: [] }) },
      undefined,
      responding(),
    );
    const both = delivery([line(ada.subject), line(eve.subject)]);
    await expect(withLogDeliveries(parts.operate)(both, 'invocation-1')).rejects.toThrow(
      'run it again',
    );
    expect(parts.events.map(codeOf)).toEqual(['fault.unexpected', 'operator.acted']);
    expect(await parts.store.revocations(now)).toHaveLength(2);
  });

  it('of CloudWatch’s own test is nothing to answer', () => {
    expect(findingsOf(delivery([line(ada.subject)], 'CONTROL_MESSAGE'))).toEqual([]);
  });

  it('that cannot be unpacked is a fault, not an empty one', () => {
    expect(() => findingsOf({ awslogs: { data: 'bm90IGd6aXA=' } })).toThrow();
  });

  it('is the only other form: a request goes straight on', async () => {
    const parts = anOperator();
    const request = { action: 'block-tenant', tenant: 'acme' };
    expect(await withLogDeliveries(parts.operate)(request, 'invocation-1')).toMatchObject({
      ok: true,
    });
  });
});
