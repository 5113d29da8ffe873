import { type Check, verdict } from '../../check.ts';
import { assertGuarded } from '../../expect/token-refusal.ts';
import { briefly } from '../../http/answer.ts';
import { legacyMessage } from '../../mcp/message.ts';

export const check: Check = {
  id: 'an-empty-token-is-refused',
  title: 'A Bearer scheme without a token is refused, because nothing must not count as something',
  requirement: 'RFC 6750 §2.1',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    await assertGuarded(target);
    const answer = await target.post(legacyMessage('tools/list'), { authorization: 'Bearer' });
    return verdict([400, 401].includes(answer.status), briefly(answer), '401');
  },
};
