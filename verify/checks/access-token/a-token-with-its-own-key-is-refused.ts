import type { Check } from '../../check.ts';
import { forgedClaims, tokenIsRefused } from '../../expect/token-refusal.ts';
import { selfSignedToken } from '../../oauth/forged-token.ts';

export const check: Check = {
  id: 'a-token-with-its-own-key-is-refused',
  title: 'A token that brings its own key is refused, because it must not choose who verifies it',
  requirement: 'RFC 8725 §3.10; RFC 7515 §4.1.3',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    return tokenIsRefused(target, selfSignedToken(await forgedClaims(target)));
  },
};
