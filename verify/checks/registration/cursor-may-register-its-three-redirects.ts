import type { Check } from '../../check.ts';
import { registrationIsAccepted } from '../../expect/registration.ts';

export const check: Check = {
  id: 'cursor-may-register-its-three-redirects',
  title:
    'The three redirect URIs of Cursor are accepted together, because it gives up when one of them is refused',
  requirement: 'Cursor: one registration with three redirect URIs',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    return registrationIsAccepted(target, {
      client_name: 'Cursor (verify)',
      redirect_uris: [
        'cursor://anysphere.cursor-mcp/oauth/callback',
        'https://www.cursor.com/agents/mcp/oauth/callback',
        'http://localhost:8787/callback',
      ],
    });
  },
};
