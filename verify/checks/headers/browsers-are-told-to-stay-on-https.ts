import { type Check, verdict } from '../../check.ts';
import { assertHttps } from '../../expect/secure-only.ts';

export const check: Check = {
  id: 'browsers-are-told-to-stay-on-https',
  title:
    'Strict-Transport-Security holds for half a year or more, because the first plain request can be intercepted',
  requirement: 'RFC 6797',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    assertHttps(target);
    const { headers } = await target.unauthenticated();
    const value = headers['strict-transport-security'] ?? '';
    const seconds = Number(/max-age="?(\d+)/i.exec(value)?.[1] ?? 0);
    return verdict(
      seconds >= 15_552_000,
      `Strict-Transport-Security: ${value || 'absent'}`,
      'max-age of 15552000 or more',
    );
  },
};
