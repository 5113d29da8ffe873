import { type Check, passed, skipped, verdict } from '../../check.ts';
import { initializeMessage } from '../../mcp/message.ts';

export const check: Check = {
  id: 'a-limit-says-when-to-come-back',
  title:
    'A rate limit answers 429 with Retry-After, because a client that does not know tries again at once',
  requirement: 'RFC 6585 §4; RFC 9110 §10.2.3',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    if (!target.allowsBursts)
      return skipped('sends 60 requests at once: ask for it with --rate-limits');
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => target.post(initializeMessage())),
    );
    const limited = answers.find(({ status }) => status === 429 || status === 503);
    if (!limited) return passed('no limit within 60 requests');
    const { 'retry-after': wait } = limited.headers;
    return verdict(
      limited.status === 429 && wait !== undefined,
      `${limited.status}, Retry-After: ${wait ?? 'absent'}`,
      '429 with Retry-After',
    );
  },
};
