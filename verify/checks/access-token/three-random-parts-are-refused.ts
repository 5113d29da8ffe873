import type { Check } from '../../check.ts';
import { tokenIsRefused } from '../../expect/token-refusal.ts';
import { garbageToken } from '../../oauth/forged-token.ts';

export const check: Check = {
  id: 'three-random-parts-are-refused',
  title:
    'A value that only looks like a JWT is refused with 401, because a parser must not fall over it',
  requirement: 'RFC 7519 §7.2; RFC 6750 §3.1',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    return tokenIsRefused(target, garbageToken());
  },
};
