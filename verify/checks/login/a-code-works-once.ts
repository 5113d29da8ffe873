import type { Check } from '../../check.ts';
import { isInvalidGrant } from '../../expect/grant-refusal.ts';
import { tokensOf } from '../../oauth/token-requests.ts';

export const check: Check = {
  id: 'a-code-works-once',
  title: 'A code works once, because whoever brings it a second time has stolen it',
  requirement: 'OAuth 2.1 §4.1.3',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { authorizationServer } = target;
    const signedIn = await authorizationServer.signIn();
    tokensOf(await authorizationServer.redeem(signedIn));
    return isInvalidGrant(await authorizationServer.redeem(signedIn));
  },
};
