import { type Check, skipped, verdict } from '../../check.ts';

export const check: Check = {
  id: 'a-refusal-is-not-cacheable',
  title:
    'A refusal says that it must not be kept, because a cached 401 locks out whoever signs in next',
  requirement: 'RFC 9111 §3; RFC 6750 §5.3',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { headers, status } = await target.unauthenticated();
    if (status < 400) return skipped('the request was not refused');
    const control = headers['cache-control'] ?? '';
    const isSafe = /no-store|no-cache|private/i.test(control) && !/public|s-maxage/i.test(control);
    return verdict(isSafe, `Cache-Control: ${control || 'absent'}`, 'no-store');
  },
};
