import type { Check } from '../../check.ts';
import { forgedClaims, tokenIsRefused } from '../../expect/token-refusal.ts';
import { hmacToken } from '../../oauth/forged-token.ts';

export const check: Check = {
  id: 'an-hmac-token-is-refused',
  title:
    "A token signed with a public string as HMAC key is refused, because the algorithm is the server's choice",
  requirement: 'RFC 8725 §2.1, §3.1',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    return tokenIsRefused(target, hmacToken(await forgedClaims(target)));
  },
};
