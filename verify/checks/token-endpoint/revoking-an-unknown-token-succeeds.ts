import { type Check, verdict } from '../../check.ts';
import { briefly } from '../../http/answer.ts';
import { randomText } from '../../oauth/pkce.ts';

export const check: Check = {
  id: 'revoking-an-unknown-token-succeeds',
  title:
    'Revoking a token that is not known succeeds, because what the client wants is already true',
  requirement: 'RFC 7009 §2.2',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { authorizationServer } = target;
    const answer = await authorizationServer.revoke(
      await authorizationServer.client(),
      randomText(),
    );
    return verdict(answer.status === 200, briefly(answer), '200');
  },
};
