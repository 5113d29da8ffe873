import { type Check, passed, verdict } from '../../check.ts';
import { freshGrant } from '../../expect/grant.ts';
import { briefly, isSuccess, jsonOf, stringIn } from '../../http/answer.ts';

export const check: Check = {
  id: 'a-refresh-cannot-widen-the-scope',
  title: 'A refresh cannot ask for more than was granted, because nobody was asked about it',
  requirement: 'RFC 6749 §6',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { authorizationServer } = target;
    const { client, refreshToken } = await freshGrant(target);
    const answer = await authorizationServer.refresh(client, refreshToken, {
      scope: 'verify:everything',
    });
    if (!isSuccess(answer)) return passed(briefly(answer));
    const isGranted = (stringIn(jsonOf(answer), 'scope') ?? '').includes('verify:everything');
    return verdict(!isGranted, isGranted ? 'granted' : 'left out', 'an error, or left out');
  },
};
