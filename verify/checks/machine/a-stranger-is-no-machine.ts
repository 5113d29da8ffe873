import { type Check, verdict } from '../../check.ts';
import { briefly } from '../../http/answer.ts';

export const check: Check = {
  id: 'a-stranger-is-no-machine',
  title:
    'A client that registered itself cannot use client credentials, because nobody decided what it may do',
  requirement: 'OAuth 2.1 §4.2; RFC 6749 §5.2',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { clientId, clientSecret } = await target.authorizationServer.client();
    const form = {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    };
    const answer = await target.authorizationServer.token(form);
    return verdict(
      answer.status >= 400 && answer.status < 500,
      briefly(answer),
      '400 error=unauthorized_client',
    );
  },
};
