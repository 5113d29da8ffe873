import { type Check, verdict } from '../../check.ts';
import { answerToToken, assertGuarded } from '../../expect/token-refusal.ts';
import { briefly } from '../../http/answer.ts';

export const check: Check = {
  id: 'a-huge-token-is-refused-cleanly',
  title:
    'A token of 10 KB is refused and not a server error, because headers are the cheapest way to make work',
  requirement: 'RFC 6585 §5; RFC 6750 §3.1',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    await assertGuarded(target);
    const answer = await answerToToken(target, 'x'.repeat(10 * 1024));
    return verdict(
      [400, 401, 413, 431, 494].includes(answer.status),
      briefly(answer),
      '401 or 431',
    );
  },
};
