import type { Check } from '../../check.ts';
import { forgedClaims, tokenIsRefused } from '../../expect/token-refusal.ts';
import { selfSignedToken } from '../../oauth/forged-token.ts';

export const check: Check = {
  id: 'an-expired-forgery-is-refused',
  title:
    'A token that is expired and forged is refused with 401, because order of checks must not change the answer',
  requirement: 'RFC 6750 §3.1; MCP authorization, token handling',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    return tokenIsRefused(
      target,
      selfSignedToken({ ...(await forgedClaims(target)), expiresIn: -3600 }),
    );
  },
};
