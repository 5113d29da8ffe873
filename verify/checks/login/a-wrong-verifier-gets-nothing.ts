import type { Check } from '../../check.ts';
import { isInvalidGrant } from '../../expect/grant-refusal.ts';
import { randomText } from '../../oauth/pkce.ts';

export const check: Check = {
  id: 'a-wrong-verifier-gets-nothing',
  title: 'A code with the wrong verifier gets nothing, because that is how a stolen code is used',
  requirement: 'OAuth 2.1 §4.1.3; RFC 7636 §4.6',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { authorizationServer } = target;
    const signedIn = await authorizationServer.signIn();
    return isInvalidGrant(
      await authorizationServer.redeem(signedIn, { code_verifier: randomText() }),
    );
  },
};
