import { type Check, verdict } from '../../check.ts';
import { freshGrant } from '../../expect/grant.ts';
import { briefly } from '../../http/answer.ts';

export const check: Check = {
  id: 'a-refresh-token-belongs-to-its-client',
  title: 'A refresh token cannot be used by another client, because it was given to this one',
  requirement: 'RFC 6749 §6, §10.4',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { authorizationServer } = target;
    const { refreshToken } = await freshGrant(target);
    const other = await authorizationServer.stranger();
    const answer = await authorizationServer.refresh(other, refreshToken);
    return verdict(
      answer.status >= 400 && answer.status < 500,
      briefly(answer),
      '400 error=invalid_grant',
    );
  },
};
