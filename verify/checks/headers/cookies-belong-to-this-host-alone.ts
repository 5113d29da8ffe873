import { type Check, skipped, verdict } from '../../check.ts';
import { assertHttps } from '../../expect/secure-only.ts';

export const check: Check = {
  id: 'cookies-belong-to-this-host-alone',
  title:
    'Cookies of the login are Secure and have the __Host- prefix, because a sibling host could plant others',
  requirement: 'MCP security best practices, consent cookies: __Host-; RFC 6265bis §4.1.3',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    assertHttps(target);
    const { answer } = await target.authorizationServer.honest();
    if (answer.cookies.length === 0) return skipped('no cookie is set');
    const weak = answer.cookies.filter(
      (cookie) => !/^__Host-/.test(cookie) || !/;\s*secure/i.test(cookie),
    );
    const names = weak.map((cookie) => cookie.split('=', 1)[0]).join(', ');
    return verdict(weak.length === 0, names || 'all of them', '__Host- and Secure');
  },
};
