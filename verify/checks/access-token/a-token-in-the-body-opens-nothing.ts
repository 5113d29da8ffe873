import { type Check, verdict } from '../../check.ts';
import { assertGuarded } from '../../expect/token-refusal.ts';
import { briefly } from '../../http/answer.ts';
import { garbageToken } from '../../oauth/forged-token.ts';

export const check: Check = {
  id: 'a-token-in-the-body-opens-nothing',
  title: 'A token in a form body opens nothing, because MCP knows the Authorization header only',
  requirement: 'MCP authorization, access token usage; OAuth 2.1 §5.1',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    await assertGuarded(target);
    const answer = await target.http.send({
      method: 'POST',
      url: target.url,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: `access_token=${garbageToken()}`,
    });
    return verdict([400, 401, 415].includes(answer.status), briefly(answer), '401');
  },
};
