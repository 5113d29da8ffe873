import { type Check, verdict } from '../../check.ts';
import { machineOf } from '../../expect/machine.ts';
import { briefly, jsonOf } from '../../http/answer.ts';
import { randomText } from '../../oauth/pkce.ts';

export const check: Check = {
  id: 'a-wrong-secret-is-refused',
  title: 'A wrong client secret is refused with invalid_client, because the secret is all there is',
  requirement: 'RFC 6749 §5.2',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const impostor = { ...machineOf(target), clientSecret: randomText() };
    const form = { grant_type: 'client_credentials' };
    const answer = await target.authorizationServer.tokenAs(impostor, form);
    const isRight =
      [400, 401].includes(answer.status) && jsonOf(answer)?.error === 'invalid_client';
    return verdict(isRight, briefly(answer), '401 error=invalid_client');
  },
};
