import { type Check, verdict } from '../../check.ts';
import { briefly } from '../../http/answer.ts';

export const check: Check = {
  id: 'a-registration-is-answered-with-201',
  title:
    'A registration is answered with 201 and a client_id, because some clients take any other status for a failure',
  requirement: 'RFC 7591 §3.2.1',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const answer = await target.authorizationServer.registration();
    return verdict(answer.status === 201, briefly(answer), '201 with a client_id');
  },
};
