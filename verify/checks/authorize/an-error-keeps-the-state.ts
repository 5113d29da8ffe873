import { type Check, skipped, verdict } from '../../check.ts';
import { randomText } from '../../oauth/pkce.ts';

export const check: Check = {
  id: 'an-error-keeps-the-state',
  title:
    "An error comes back with the client's state unchanged, because without it the client cannot tell whose answer it is",
  requirement: 'OAuth 2.1 §4.1.2.1',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const state = `a b+c%20d/${randomText(8)}==`;
    const { answer, read } = await target.authorizationServer.authorize({
      response_type: 'token',
      state,
    });
    if (read.kind !== 'error')
      return skipped(`the error does not go to the client: ${answer.status}`);
    const returned = read.parameters.get('state');
    return verdict(
      returned === state,
      returned === state ? 'unchanged' : `state: ${returned ?? 'absent'}`,
      state,
    );
  },
};
