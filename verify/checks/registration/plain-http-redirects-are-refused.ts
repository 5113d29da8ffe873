import type { Check } from '../../check.ts';
import { registrationIsRefused } from '../../expect/registration.ts';

export const check: Check = {
  id: 'plain-http-redirects-are-refused',
  title:
    'A plain http redirect URI on another host is refused, because the code would travel in the clear',
  requirement: 'MCP authorization, communication security: https or localhost',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    return registrationIsRefused(target, { redirect_uris: ['http://client.example/callback'] });
  },
};
