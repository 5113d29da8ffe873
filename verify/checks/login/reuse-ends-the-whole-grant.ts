import { type Check, skipped } from '../../check.ts';
import { freshGrant } from '../../expect/grant.ts';
import { isInvalidGrant } from '../../expect/grant-refusal.ts';
import { tokensOf } from '../../oauth/token-requests.ts';

export const check: Check = {
  id: 'reuse-ends-the-whole-grant',
  title:
    "A reused refresh token ends the newest one too, because nobody knows which of the two is the thief's",
  requirement: 'OAuth 2.1 §4.3.1; RFC 9700 §4.14.2',
  since: '2025-06-18',
  severity: 'warning',
  run: async (target) => {
    const { authorizationServer } = target;
    const { client, refreshToken } = await freshGrant(target);
    const second =
      tokensOf(await authorizationServer.refresh(client, refreshToken)).refreshToken ??
      refreshToken;
    const third =
      tokensOf(await authorizationServer.refresh(client, second)).refreshToken ?? second;
    if (third === refreshToken) return skipped('refresh tokens are not rotated');
    await authorizationServer.refresh(client, refreshToken);
    return isInvalidGrant(await authorizationServer.refresh(client, third));
  },
};
