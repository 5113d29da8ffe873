import type { Check } from '../../check.ts';
import { knownClientGoesOn } from '../../expect/known-client.ts';

export const check: Check = {
  id: 'chatgpt-is-known-by-its-document',
  title: 'ChatGPT is known by its metadata document, although it names private_key_jwt before none',
  requirement: 'MCP 2025-11-25 authorization, client ID metadata documents',
  since: '2025-11-25',
  severity: 'warning',
  run: async (target) => {
    return knownClientGoesOn(
      target,
      'https://chatgpt.com/oauth/client.json',
      'https://chatgpt.com/connector_platform_oauth_redirect',
    );
  },
};
