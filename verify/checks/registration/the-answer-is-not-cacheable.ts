import { type Check, verdict } from '../../check.ts';

export const check: Check = {
  id: 'the-answer-is-not-cacheable',
  title: 'The answer to a registration is not cacheable, because it may carry a credential',
  requirement: 'RFC 7591 §3.2.1',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const answer = await target.authorizationServer.registration();
    const control = answer.headers['cache-control'] ?? '';
    return verdict(/no-store/i.test(control), `Cache-Control: ${control || 'absent'}`, 'no-store');
  },
};
