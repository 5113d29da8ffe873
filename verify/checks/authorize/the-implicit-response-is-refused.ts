import type { Check } from '../../check.ts';
import { requestIsRefused } from '../../expect/authorization-refusal.ts';

export const check: Check = {
  id: 'the-implicit-response-is-refused',
  title: 'A token cannot be had from the authorization endpoint, because it would travel in a URL',
  requirement: 'OAuth 2.1 §10; RFC 9700 §2.1.2',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    return requestIsRefused(target, { response_type: 'token' });
  },
};
