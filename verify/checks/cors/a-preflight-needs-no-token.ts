import { type Check, verdict } from '../../check.ts';
import { preflight } from '../../expect/preflight.ts';
import { briefly } from '../../http/answer.ts';

export const check: Check = {
  id: 'a-preflight-needs-no-token',
  title: 'A preflight is not answered with 401, because browsers send it without a token',
  requirement: 'Fetch standard, CORS preflight: sent without credentials',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const answer = await preflight(target, target.url, 'POST', 'authorization, content-type');
    return verdict(
      answer.status !== 401,
      briefly(answer),
      '204, or 403 for an origin that is not allowed',
    );
  },
};
