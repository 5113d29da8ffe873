import { type Check, skipped } from '../../check.ts';
import { tokenIsRefused } from '../../expect/token-refusal.ts';

export const check: Check = {
  id: 'a-token-for-another-server-is-refused',
  title:
    'A good token of the same issuer for another server is refused, because audiences keep servers apart',
  requirement: 'RFC 8707 §2; MCP authorization, token audience binding',
  since: '2025-06-18',
  severity: 'error',
  run: async (target) => {
    const { foreignToken } = target.credentials;
    if (foreignToken === undefined) return skipped('no token for another server was given');
    return tokenIsRefused(target, foreignToken);
  },
};
