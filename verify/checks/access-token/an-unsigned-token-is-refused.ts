import type { Check } from '../../check.ts';
import { forgedClaims, tokenIsRefused } from '../../expect/token-refusal.ts';
import { unsignedToken } from '../../oauth/forged-token.ts';

export const check: Check = {
  id: 'an-unsigned-token-is-refused',
  title: 'A token with alg none is refused, because anybody can write one',
  requirement: 'RFC 8725 §3.1, §2.1',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    return tokenIsRefused(target, unsignedToken(await forgedClaims(target)));
  },
};
