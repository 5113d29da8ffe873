import { type Check, verdict } from '../../check.ts';
import { jsonOf } from '../../http/answer.ts';

export const check: Check = {
  id: 'a-public-client-gets-no-secret',
  title: 'A client that asks for no secret gets none, because it could not keep it',
  requirement: 'RFC 7591 §2; OAuth 2.1 §2.4',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const answer = await target.authorizationServer.registration();
    const hasSecret = jsonOf(answer)?.client_secret !== undefined;
    return verdict(
      !hasSecret,
      hasSecret ? 'client_secret' : 'no client_secret',
      'no client_secret',
    );
  },
};
