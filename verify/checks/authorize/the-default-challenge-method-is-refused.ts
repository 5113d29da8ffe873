import type { Check } from '../../check.ts';
import { requestIsRefused } from '../../expect/authorization-refusal.ts';

export const check: Check = {
  id: 'the-default-challenge-method-is-refused',
  title: 'A challenge without a method is refused, because that means plain',
  requirement: 'RFC 7636 §4.3: an absent method means plain',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    return requestIsRefused(target, { code_challenge_method: undefined });
  },
};
