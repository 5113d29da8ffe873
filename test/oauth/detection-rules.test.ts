import { describe, expect, it } from 'vitest';
import {
  type DetectionRule,
  detectionIds,
  detectionRule,
  detectionRules,
} from '../../oauth/detection-rules.ts';

const rules = Object.values(detectionRules) as readonly DetectionRule[];

describe('the table of detections', () => {
  it('numbers every rule once and in order, because runbooks and the threat model refer to numbers', () => {
    expect(rules.map(({ number }) => number)).toEqual(
      Array.from({ length: 17 }, (_, index) => `D${index + 1}`),
    );
  });

  it.each(detectionIds)('%s has a runbook of its own name, because an alarm links it', (id) => {
    expect(detectionRule(id).runbook).toBe(`${id.replaceAll('_', '-')}.md`);
  });

  it('answers no rule of a whole address or fleet by itself, because an office shares one', () => {
    const answered = rules.filter(({ response }) => response !== undefined);
    expect(answered.filter(({ key }) => key === 'address' || key === 'fleet')).toEqual([]);
    expect(answered.length).toBeGreaterThan(5);
  });

  it('lets a second line be stricter or wider, because one that can never add anything is noise', () => {
    for (const rule of rules.filter(({ second }) => second !== undefined))
      expect(rule.second?.key !== rule.key || (rule.second?.threshold ?? 0) > rule.threshold).toBe(
        true,
      );
  });
});
