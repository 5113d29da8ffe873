import { type Check, verdict } from '../../check.ts';
import { assertHttps } from '../../expect/secure-only.ts';
import { tlsVersionOf } from '../../expect/tls.ts';

export const check: Check = {
  id: 'old-tls-is-refused',
  title: 'TLS 1.0 and 1.1 are refused, because both are broken',
  requirement: 'RFC 8996; OAuth 2.1 §1.5',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    assertHttps(target);
    const version = await tlsVersionOf(target, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' });
    return verdict(version === undefined, version ?? 'refused', 'refused');
  },
};
