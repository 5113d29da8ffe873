import { type Check, skipped } from '../../check.ts';
import { isInvalidGrant } from '../../expect/grant-refusal.ts';
import { tokensOf } from '../../oauth/token-requests.ts';

export const check: Check = {
  id: 'a-replayed-code-ends-what-it-gave',
  title:
    'A code that is used twice ends what it gave the first time, because nobody knows who was first',
  requirement: 'OAuth 2.1 §4.1.3; RFC 6749 §4.1.2',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { authorizationServer } = target;
    const signedIn = await authorizationServer.signIn();
    const { refreshToken } = tokensOf(await authorizationServer.redeem(signedIn));
    if (refreshToken === undefined) return skipped('there is no refresh token');
    await authorizationServer.redeem(signedIn);
    return isInvalidGrant(await authorizationServer.refresh(signedIn.client, refreshToken));
  },
};
