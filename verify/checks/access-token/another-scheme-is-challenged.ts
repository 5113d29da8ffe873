import { type Check, verdict } from '../../check.ts';
import { assertGuarded } from '../../expect/token-refusal.ts';
import { briefly } from '../../http/answer.ts';
import { legacyMessage } from '../../mcp/message.ts';

export const check: Check = {
  id: 'another-scheme-is-challenged',
  title:
    'Basic credentials are answered with a Bearer challenge, because they are none that count here',
  requirement: 'RFC 9110 §11.6.1',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    await assertGuarded(target);
    const authorization = `Basic ${Buffer.from('verify:verify-password').toString('base64')}`;
    const answer = await target.post(legacyMessage('tools/list'), { authorization });
    return verdict([400, 401].includes(answer.status), briefly(answer), '401');
  },
};
