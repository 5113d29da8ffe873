import { type Check, verdict } from '../../check.ts';

export const check: Check = {
  id: 'the-token-answer-is-not-cacheable',
  title: 'The token answer is not kept by caches, because it is the key itself',
  requirement: 'OAuth 2.1 §3.2.3: Cache-Control no-store',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const control = (await target.login()).answer.headers['cache-control'] ?? '';
    return verdict(/no-store/i.test(control), `Cache-Control: ${control || 'absent'}`, 'no-store');
  },
};
