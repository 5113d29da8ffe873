import type { Check } from '../../check.ts';
import { knownClientGoesOn } from '../../expect/known-client.ts';

export const check: Check = {
  id: 'claude-code-is-known-by-its-document',
  title:
    'Claude Code is known by its metadata document on whichever port it listens, because the document lists none',
  requirement: 'MCP 2025-11-25 authorization, client ID metadata documents; RFC 8252 §7.3',
  since: '2025-11-25',
  severity: 'warning',
  run: async (target) => {
    return knownClientGoesOn(
      target,
      'https://claude.ai/oauth/claude-code-client-metadata',
      'http://localhost:53817/callback',
    );
  },
};
