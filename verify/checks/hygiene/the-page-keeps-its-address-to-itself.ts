import { type Check, skipped, verdict } from '../../check.ts';

export const check: Check = {
  id: 'the-page-keeps-its-address-to-itself',
  title:
    'The page that asks does not hand its address to other sites, because state and client id are in it',
  requirement: 'RFC 9700 §4.2.4',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { answer, read } = await target.authorizationServer.honest();
    if (read.kind !== 'proceeds' || read.location)
      return skipped('the request is not answered with a page');
    const policy = answer.headers['referrer-policy'] ?? '';
    return verdict(
      /no-referrer|same-origin|origin/i.test(policy),
      `Referrer-Policy: ${policy || 'absent'}`,
      'no-referrer or same-origin',
    );
  },
};
