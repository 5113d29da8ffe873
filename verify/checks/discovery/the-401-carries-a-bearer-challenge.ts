import { type Check, skipped, verdict } from '../../check.ts';
import { bearerChallengeIn } from '../../oauth/challenge.ts';

export const check: Check = {
  id: 'the-401-carries-a-bearer-challenge',
  title: 'The refusal carries a Bearer challenge, because a 401 without one tells a client nothing',
  requirement: 'RFC 9110 §11.6.1; RFC 6750 §3',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { headers, status } = await target.unauthenticated();
    if (status !== 401) return skipped(`the request was answered with ${status}`);
    const header = headers['www-authenticate'];
    const isBearer = bearerChallengeIn(header) !== undefined;
    return verdict(isBearer, `WWW-Authenticate: ${header ?? 'absent'}`, 'Bearer …');
  },
};
