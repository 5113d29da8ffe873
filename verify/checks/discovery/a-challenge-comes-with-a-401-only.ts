import { type Check, verdict } from '../../check.ts';

export const check: Check = {
  id: 'a-challenge-comes-with-a-401-only',
  title:
    'A challenge for missing credentials never comes with another status, because hosted clients ignore it there',
  requirement: 'RFC 9110 §11.6.1',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { headers, status } = await target.unauthenticated();
    const isHonest = headers['www-authenticate'] === undefined || status === 401;
    return verdict(isHonest, `${status} with WWW-Authenticate`, '401 with WWW-Authenticate');
  },
};
