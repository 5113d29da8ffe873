import { type Check, verdict } from '../../check.ts';
import { briefly } from '../../http/answer.ts';

export const check: Check = {
  id: 'an-unauthenticated-request-is-answered-with-401',
  title:
    'A request without a token is answered with 401, because that is how clients learn that they have to sign in',
  requirement: 'MCP authorization, error handling; RFC 6750 §3',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const answer = await target.unauthenticated();
    return verdict(answer.status === 401, briefly(answer), '401');
  },
};
