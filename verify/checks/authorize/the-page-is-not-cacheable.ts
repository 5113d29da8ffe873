import { type Check, skipped, verdict } from '../../check.ts';

export const check: Check = {
  id: 'the-page-is-not-cacheable',
  title:
    'The page that asks is not kept by caches, because it belongs to one person and one request',
  requirement: 'RFC 9700 §4.2; CWE-525',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { answer, read } = await target.authorizationServer.honest();
    if (read.kind !== 'proceeds' || read.location)
      return skipped('the request is not answered with a page');
    const control = answer.headers['cache-control'] ?? '';
    return verdict(
      /no-store|no-cache|private/i.test(control),
      `Cache-Control: ${control || 'absent'}`,
      'no-store',
    );
  },
};
