import { type Check, verdict } from '../../check.ts';
import { assertHttps } from '../../expect/secure-only.ts';
import { certificateDaysLeft } from '../../expect/tls.ts';

export const check: Check = {
  id: 'the-certificate-lasts-two-weeks-more',
  title:
    'The certificate is valid for two weeks more, because an expired one stops every client at the same minute',
  requirement: 'RFC 5280 §4.1.2.5',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    assertHttps(target);
    const days = await certificateDaysLeft(target);
    return verdict(days >= 14, `${days} days`, '14 days or more');
  },
};
