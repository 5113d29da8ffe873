import type { Check } from '../../check.ts';
import { isInvalidGrant } from '../../expect/grant-refusal.ts';

export const check: Check = {
  id: 'a-code-belongs-to-its-redirect',
  title: 'A code cannot be redeemed with another redirect URI, because then it came another way',
  requirement: 'RFC 6749 §4.1.3',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { authorizationServer } = target;
    const signedIn = await authorizationServer.signIn();
    const changes = { redirect_uri: 'http://127.0.0.1:1/elsewhere' };
    return isInvalidGrant(await authorizationServer.redeem(signedIn, changes));
  },
};
