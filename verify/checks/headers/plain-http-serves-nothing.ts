import { type Check, passed, skipped, verdict } from '../../check.ts';
import { assertHttps } from '../../expect/secure-only.ts';
import { plainAnswer } from '../../expect/tls.ts';

export const check: Check = {
  id: 'plain-http-serves-nothing',
  title:
    'Plain http is refused or redirected to https, because a token sent there has been sent to everybody',
  requirement: 'OAuth 2.1 §1.5; MCP authorization, communication security',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    assertHttps(target);
    if (target.url.port !== '') return skipped('the server is not on the standard port');
    const answer = await plainAnswer(target);
    if (answer === undefined) return passed('refused');
    const isMoved =
      answer.status >= 300 && answer.status < 400 && Boolean(answer.location?.startsWith('https:'));
    return verdict(
      isMoved || answer.status === 403,
      `${answer.status} ${answer.location ?? ''}`.trim(),
      'no answer, or a redirect to https',
    );
  },
};
