import { type Check, skipped, verdict } from '../../check.ts';

export const check: Check = {
  id: 'cookies-are-out-of-reach-of-scripts',
  title:
    'Cookies of the login are HttpOnly and SameSite, because a script or a foreign form must not use them',
  requirement: 'MCP security best practices, consent cookies; RFC 6265 §4.1.2',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { answer } = await target.authorizationServer.honest();
    if (answer.cookies.length === 0) return skipped('no cookie is set');
    const weak = answer.cookies.filter(
      (cookie) => !/;\s*httponly/i.test(cookie) || !/;\s*samesite=(lax|strict)/i.test(cookie),
    );
    const names = weak.map((cookie) => cookie.split('=', 1)[0]).join(', ');
    return verdict(
      weak.length === 0,
      names || 'all of them',
      'HttpOnly and SameSite=Lax or Strict',
    );
  },
};
