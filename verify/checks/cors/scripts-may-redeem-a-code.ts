import type { Check } from '../../check.ts';
import { preflight, preflightIsGranted } from '../../expect/preflight.ts';
import { neededString } from '../../http/answer.ts';

export const check: Check = {
  id: 'scripts-may-redeem-a-code',
  title:
    'A preflight for the token endpoint is granted, because a client in a browser redeems its code there',
  requirement: 'Fetch standard, CORS preflight; OAuth 2.1 for browser-based apps',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { document } = await target.serverMetadata();
    const endpoint = neededString(document, 'token_endpoint', 'the metadata');
    return preflightIsGranted(
      await preflight(target, endpoint, 'POST', 'content-type'),
      'content-type',
    );
  },
};
