import type { Check } from '../../check.ts';
import { tokenIsRefused } from '../../expect/token-refusal.ts';

export const check: Check = {
  id: 'garbage-is-refused',
  title:
    'A value that is no token is refused with 401, because clients refresh on 401 and on nothing else',
  requirement: 'RFC 6750 §3.1',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    return tokenIsRefused(target, 'verify-not-a-token');
  },
};
