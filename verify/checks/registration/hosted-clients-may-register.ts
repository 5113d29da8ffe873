import type { Check } from '../../check.ts';
import { registrationIsAccepted } from '../../expect/registration.ts';

export const check: Check = {
  id: 'hosted-clients-may-register',
  title:
    'The redirect URIs of hosted assistants are accepted, because those are where most people are',
  requirement: 'Claude and ChatGPT: https redirect URIs',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    return registrationIsAccepted(target, {
      client_name: 'Hosted assistant (verify)',
      application_type: 'web',
      redirect_uris: [
        'https://claude.ai/api/mcp/auth_callback',
        'https://chatgpt.com/connector_platform_oauth_redirect',
      ],
    });
  },
};
