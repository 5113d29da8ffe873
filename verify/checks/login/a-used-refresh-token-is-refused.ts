import type { Check } from '../../check.ts';
import { freshGrant } from '../../expect/grant.ts';
import { isInvalidGrant } from '../../expect/grant-refusal.ts';
import { tokensOf } from '../../oauth/token-requests.ts';

export const check: Check = {
  id: 'a-used-refresh-token-is-refused',
  title:
    'A refresh token from two refreshes ago is refused, because only a thief would still have it',
  requirement: 'OAuth 2.1 §4.3.1; RFC 9700 §4.14.2',
  since: '2025-06-18',
  severity: 'error',
  run: async (target) => {
    const { authorizationServer } = target;
    const { client, refreshToken } = await freshGrant(target);
    const second =
      tokensOf(await authorizationServer.refresh(client, refreshToken)).refreshToken ??
      refreshToken;
    tokensOf(await authorizationServer.refresh(client, second));
    return isInvalidGrant(await authorizationServer.refresh(client, refreshToken));
  },
};
