import type { Check } from '../../check.ts';
import { requestIsRefused } from '../../expect/authorization-refusal.ts';

export const check: Check = {
  id: 'a-request-without-pkce-is-refused',
  title: 'A request without a code challenge is refused, because a stolen code could be redeemed',
  requirement: 'OAuth 2.1 §4.1.1; MCP authorization, code protection',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    return requestIsRefused(target, {
      code_challenge: undefined,
      code_challenge_method: undefined,
    });
  },
};
