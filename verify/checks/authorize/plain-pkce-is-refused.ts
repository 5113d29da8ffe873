import type { Check } from '../../check.ts';
import { requestIsRefused } from '../../expect/authorization-refusal.ts';
import { randomText } from '../../oauth/pkce.ts';

export const check: Check = {
  id: 'plain-pkce-is-refused',
  title: 'The plain method is refused, because whoever sees the request sees the verifier',
  requirement: 'OAuth 2.1 §4.1.1; RFC 7636 §4.2',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    return requestIsRefused(target, {
      code_challenge: randomText(),
      code_challenge_method: 'plain',
    });
  },
};
