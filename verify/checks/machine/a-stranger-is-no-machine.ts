import { type Check, verdict } from '../../check.ts';
import { briefly } from '../../http/answer.ts';

export const check: Check = {
  id: 'a-stranger-is-no-machine',
  title:
    'A client that nobody vouched for cannot use client credentials, because nobody decided what it may do',
  requirement: 'OAuth 2.1 §4.2; RFC 6749 §5.2',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { authorizationServer } = target;
    const form = { grant_type: 'client_credentials' };
    const answer = await authorizationServer.tokenAs(await authorizationServer.stranger(), form);
    return verdict(
      answer.status >= 400 && answer.status < 500,
      briefly(answer),
      '400 error=unauthorized_client',
    );
  },
};
