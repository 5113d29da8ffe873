import { type Check, failed, passed } from '../../check.ts';
import { assertGuarded } from '../../expect/token-refusal.ts';
import { briefly } from '../../http/answer.ts';

export const check: Check = {
  id: 'no-method-is-open-without-a-token',
  title:
    'GET and DELETE are not open without a token either, because every request has to be authorised',
  requirement: 'MCP authorization, access token usage',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    await assertGuarded(target);
    for (const method of ['GET', 'DELETE']) {
      const headers = { accept: 'text/event-stream' };
      const answer = await target.http.send({
        method,
        url: target.url,
        headers,
        until: () => true,
      });
      if (![401, 405].includes(answer.status))
        return failed(`${method}: ${briefly(answer)}`, '401 or 405');
    }
    return passed();
  },
};
