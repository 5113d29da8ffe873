import type { Check } from '../../check.ts';
import { preflight, preflightIsGranted } from '../../expect/preflight.ts';
import { registrationEndpointOf } from '../../oauth/registration.ts';

export const check: Check = {
  id: 'scripts-may-register',
  title:
    'A preflight for the registration endpoint is granted, because a client in a browser registers there',
  requirement: 'Fetch standard, CORS preflight; MCP Inspector',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { document } = await target.serverMetadata();
    const endpoint = registrationEndpointOf(document);
    return preflightIsGranted(
      await preflight(target, endpoint, 'POST', 'content-type'),
      'content-type',
    );
  },
};
