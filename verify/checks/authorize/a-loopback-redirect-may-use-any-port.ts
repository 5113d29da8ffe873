import type { Check } from '../../check.ts';
import { requestGoesOn } from '../../expect/authorization-refusal.ts';
import { loopbackRedirect } from '../../expect/loopback-redirect.ts';

export const check: Check = {
  id: 'a-loopback-redirect-may-use-any-port',
  title:
    'A loopback redirect URI may use any port, because programs on a laptop take whichever is free',
  requirement: 'RFC 8252 §7.3',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    return requestGoesOn(target, { redirect_uri: await loopbackRedirect(target) });
  },
};
