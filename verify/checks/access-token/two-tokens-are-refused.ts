import { type Check, verdict } from '../../check.ts';
import { assertGuarded } from '../../expect/token-refusal.ts';
import { briefly } from '../../http/answer.ts';
import { legacyMessage } from '../../mcp/message.ts';
import { hasReply } from '../../mcp/reply.ts';
import { garbageToken } from '../../oauth/forged-token.ts';

export const check: Check = {
  id: 'two-tokens-are-refused',
  title:
    'Two Authorization headers are refused, because proxy and server might each look at another one',
  requirement: 'RFC 9110 §5.3; RFC 6750 §2',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    await assertGuarded(target);
    const wanted = { method: 'POST', url: target.url, body: legacyMessage('tools/list').body };
    const token = await target.accessToken().catch(() => undefined);
    const authorization = [`Bearer ${token ?? garbageToken()}`, `Bearer ${garbageToken()}`];
    const headers = { ...legacyMessage('tools/list').headers, authorization };
    const answer = await target.http.send({ ...wanted, headers, until: hasReply });
    return verdict([400, 401].includes(answer.status), briefly(answer), '400 or 401');
  },
};
