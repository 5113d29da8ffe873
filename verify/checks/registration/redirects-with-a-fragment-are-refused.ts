import type { Check } from '../../check.ts';
import { registrationIsRefused } from '../../expect/registration.ts';

export const check: Check = {
  id: 'redirects-with-a-fragment-are-refused',
  title:
    'A redirect URI with a fragment is refused, because parameters appended to it would end up in the fragment',
  requirement: 'RFC 6749 §3.1.2; RFC 7591 §3.2.2',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    return registrationIsRefused(target, {
      redirect_uris: ['https://client.example/callback#part'],
    });
  },
};
