import type { Check } from '../../check.ts';
import { requestGoesOn } from '../../expect/authorization-refusal.ts';

export const check: Check = {
  id: 'a-long-authorize-url-passes',
  title:
    'An authorization URL of 4 KB passes, because client id, state, challenge and resource add up',
  requirement: 'AWS WAF core rule set: SizeRestrictions_QUERYSTRING blocks more than 2 KB',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    return requestGoesOn(target, { state: 'x'.repeat(3900) });
  },
};
