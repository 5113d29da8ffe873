import { type Check, verdict } from '../../check.ts';
import { briefly } from '../../http/answer.ts';

export const check: Check = {
  id: 'a-code-belongs-to-its-client',
  title: 'A code cannot be redeemed by another client, because it was given to this one',
  requirement: 'OAuth 2.1 §4.1.3',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { authorizationServer } = target;
    const other = await authorizationServer.stranger();
    const signedIn = await authorizationServer.signIn();
    const answer = await authorizationServer.redeem({ ...signedIn, client: other });
    return verdict(
      answer.status >= 400 && answer.status < 500,
      briefly(answer),
      '400 error=invalid_grant',
    );
  },
};
