import { type Check, verdict } from '../../check.ts';
import { briefly, jsonOf } from '../../http/answer.ts';
import { randomText } from '../../oauth/pkce.ts';

export const check: Check = {
  id: 'an-unknown-client-is-an-invalid-client',
  title:
    'An unknown client is answered with invalid_client, because that is when clients register again',
  requirement: 'RFC 6749 §5.2',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const answer = await target.authorizationServer.token({
      grant_type: 'refresh_token',
      refresh_token: randomText(),
      client_id: randomText(),
    });
    const isRight =
      [400, 401].includes(answer.status) && jsonOf(answer)?.error === 'invalid_client';
    return verdict(isRight, briefly(answer), '401 error=invalid_client');
  },
};
