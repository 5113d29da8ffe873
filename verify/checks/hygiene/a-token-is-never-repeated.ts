import { type Check, verdict } from '../../check.ts';
import { briefly } from '../../http/answer.ts';
import { legacyMessage } from '../../mcp/message.ts';
import { randomText } from '../../oauth/pkce.ts';

export const check: Check = {
  id: 'a-token-is-never-repeated',
  title: 'What was sent as a token is not in the answer, because answers are logged and shown',
  requirement: 'CWE-532; RFC 6750 §5.3',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const marker = `verify-${randomText(18)}`;
    const answer = await target.post(legacyMessage('tools/list'), {
      authorization: `Bearer ${marker}`,
    });
    const isRepeated = `${Object.values(answer.headers).join()}${answer.text}`.includes(marker);
    return verdict(
      !isRepeated,
      isRepeated ? 'the token is in the answer' : briefly(answer),
      'not repeated',
    );
  },
};
