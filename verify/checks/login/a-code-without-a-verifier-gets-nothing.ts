import { type Check, verdict } from '../../check.ts';
import { briefly } from '../../http/answer.ts';

export const check: Check = {
  id: 'a-code-without-a-verifier-gets-nothing',
  title: 'A code without a verifier gets nothing, because leaving it out must not be the easy way',
  requirement: 'OAuth 2.1 §4.1.3; RFC 9700 §2.1.1',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { authorizationServer } = target;
    const signedIn = await authorizationServer.signIn();
    const answer = await authorizationServer.redeem(signedIn, { code_verifier: undefined });
    return verdict(answer.status === 400, briefly(answer), '400');
  },
};
