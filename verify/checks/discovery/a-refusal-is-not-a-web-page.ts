import { type Check, skipped, verdict } from '../../check.ts';
import { briefly, isWebPage } from '../../http/answer.ts';

export const check: Check = {
  id: 'a-refusal-is-not-a-web-page',
  title:
    'A refusal is not an HTML page, because clients decide from the body which protocol era they are talking to',
  requirement: 'MCP transports, error bodies',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const answer = await target.unauthenticated();
    if (answer.status < 400) return skipped('the request was not refused');
    return verdict(!isWebPage(answer), briefly(answer), 'JSON or an empty body');
  },
};
