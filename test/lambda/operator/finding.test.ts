import { describe, expect, it } from 'vitest';
import type { DetectionDetails } from '../../../oauth/detection-finding.ts';
import { detectionFinding } from '../../../oauth/detection-finding.ts';
import { type DetectionId, detectionIds, detectionRule } from '../../../oauth/detection-rules.ts';
import { parseDetectionSettings } from '../../../oauth/detection-settings.ts';
import { now } from '../store/records.ts';
import { ada, anOperator, eve, onlyEvent, putGrants } from './an-operator.ts';

/** What EventBridge delivers, built by the code that writes findings. */
const aFinding = (id: DetectionId, changes: Partial<DetectionDetails> = {}) => ({
  version: '0',
  id: 'e1',
  source: 'cdk-secure-mcp',
  'detail-type': 'Detection Finding',
  detail: detectionFinding(
    { time: now * 1000, correlationId: 'c'.repeat(32), component: 'resource-server' },
    {
      ruleId: id,
      title: detectionRule(id).title,
      activity: 'create',
      severity: 4,
      key: ada.subject,
      windowStartedAt: now * 1000,
      firstSeenAt: now * 1000,
      lastSeenAt: now * 1000,
      relatedEvents: 1,
      evidences: [{ subject: ada.subject, reason: 'tenant_mismatch' }],
      ...changes,
    },
  ),
});

const settingsOf = (value: object) => {
  const parsed = parseDetectionSettings(value);
  if (!parsed.ok) throw new Error(parsed.error.join());
  return parsed.value;
};

const respondTo = (...ids: DetectionId[]) =>
  settingsOf(Object.fromEntries(ids.map((id) => [id, 'respond'])));

const operatorFor = (...ids: DetectionId[]) => anOperator({}, undefined, respondTo(...ids));

describe('a finding of a detection that is set to respond', () => {
  it('ends the grants and access tokens of its subject and says which finding it was', async () => {
    const { operate, store, events, namesCalled } = operatorFor('cross_tenant_probe');
    const [grantId] = await putGrants(store, { subject: ada.subject });
    const [other] = await putGrants(store, { subject: eve.subject });
    const result = await operate(aFinding('cross_tenant_probe'));
    expect(result).toMatchObject({
      ok: true,
      value: { action: 'revoke-grants', deletedGrants: [grantId] },
    });
    expect(namesCalled()).toContain('AdminUserGlobalSignOut');
    expect(await store.revocations(now)).toMatchObject([{ kind: 'subject' }]);
    expect(await store.getGrant(other, now)).toBeDefined();
    const event = onlyEvent(events);
    expect(event).toMatchObject({ metadata: { event_code: 'operator.acted' } });
    expect(event.unmapped.evidence.reference).toMatch(/^cross_tenant_probe\/a1b2c3d4-/);
  });

  it('may be delivered twice, because EventBridge promises at least once', async () => {
    const { operate, store } = operatorFor('cross_tenant_probe');
    await putGrants(store, { subject: ada.subject });
    const finding = aFinding('cross_tenant_probe');
    await operate(finding);
    expect(await operate(finding)).toMatchObject({ ok: true, value: { deletedGrants: [] } });
  });

  it.each(detectionIds.filter((id) => detectionRule(id).response !== undefined))(
    '%s is one that a person can switch on',
    async (id) => {
      expect(await operatorFor(id).operate(aFinding(id))).toMatchObject({ ok: true });
    },
  );
});

describe('nothing is done', () => {
  const refused = async (event: object, ...ids: DetectionId[]) => {
    const { operate, events, namesCalled, store } = operatorFor(...ids);
    const result = await operate(event);
    expect(namesCalled()).toEqual([]);
    expect(await store.revocations(now)).toEqual([]);
    expect(onlyEvent(events)).toMatchObject({ metadata: { event_code: 'operator.refused' } });
    return result.ok ? undefined : result.error.reason;
  };

  it('when the detection only notifies, which is the default', async () => {
    expect(await refused(aFinding('cross_tenant_probe'))).toBe('response_off');
    expect(await refused(aFinding('scope_probing'), 'cross_tenant_probe')).toBe('response_off');
  });

  it.each(['update', 'close'] as const)(
    'on an %s, because the create was answered',
    async (activity) => {
      const finding = aFinding('cross_tenant_probe', { activity });
      expect(await refused(finding, 'cross_tenant_probe')).toBe('finding_not_new');
    },
  );

  it.each([
    ['nobody', []],
    ['two people', [{ subject: ada.subject }, { subject: eve.subject }]],
    ['a machine client', [{ subject: '2example23456789abcdefghij' }]],
    ['somebody who would like to be a filter', [{ subject: 'x" or sub = "' }]],
  ])('when it is about %s, because that is for a person to decide', async (_, evidences) => {
    const finding = aFinding('cross_tenant_probe', { evidences });
    expect(await refused(finding, 'cross_tenant_probe')).toBe('subject_unclear');
  });

  it.each([
    ['another class', { class_uid: 3002 }],
    ['a rule that does not exist', { metadata: { event_code: 'detection.made_up' } }],
    ['no id', { finding_info: {} }],
    ['nothing at all', { metadata: undefined, class_uid: undefined }],
  ])('when the finding has %s, because logs can be written by others', async (_, changes) => {
    const finding = aFinding('cross_tenant_probe');
    const forged = { ...finding, detail: { ...finding.detail, ...changes } };
    expect(await refused(forged, 'cross_tenant_probe')).toBe('finding_malformed');
  });

  it('when it comes from another source: that is no finding, and no request either', async () => {
    const finding = { ...aFinding('cross_tenant_probe'), source: 'aws.ec2' };
    expect(await refused(finding, 'cross_tenant_probe')).toBe('request_invalid');
  });
});
