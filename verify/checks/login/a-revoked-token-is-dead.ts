import type { Check } from '../../check.ts';
import { freshGrant } from '../../expect/grant.ts';
import { isInvalidGrant } from '../../expect/grant-refusal.ts';

export const check: Check = {
  id: 'a-revoked-token-is-dead',
  title: 'A revoked refresh token is dead, because that is what "disconnect" means',
  requirement: 'RFC 7009 §2',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { authorizationServer } = target;
    const { client, refreshToken } = await freshGrant(target);
    await authorizationServer.revoke(client, refreshToken);
    return isInvalidGrant(await authorizationServer.refresh(client, refreshToken));
  },
};
