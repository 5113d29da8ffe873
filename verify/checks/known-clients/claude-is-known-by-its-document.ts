import type { Check } from '../../check.ts';
import { knownClientGoesOn } from '../../expect/known-client.ts';

export const check: Check = {
  id: 'claude-is-known-by-its-document',
  title: 'Claude is known by its metadata document, because it prefers that to registering',
  requirement: 'MCP 2025-11-25 authorization, client ID metadata documents',
  since: '2025-11-25',
  severity: 'warning',
  run: async (target) => {
    return knownClientGoesOn(
      target,
      'https://claude.ai/oauth/mcp-oauth-client-metadata',
      'https://claude.ai/api/mcp/auth_callback',
    );
  },
};
