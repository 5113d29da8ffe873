import type { Check } from '../../check.ts';
import { knownClientGoesOn } from '../../expect/known-client.ts';

export const check: Check = {
  id: 'vs-code-is-known-by-its-document',
  title: 'VS Code is known by its metadata document, because it prefers that to registering',
  requirement: 'MCP 2025-11-25 authorization, client ID metadata documents',
  since: '2025-11-25',
  severity: 'warning',
  run: async (target) => {
    return knownClientGoesOn(
      target,
      'https://vscode.dev/oauth/client-metadata.json',
      'http://127.0.0.1:33418/',
    );
  },
};
