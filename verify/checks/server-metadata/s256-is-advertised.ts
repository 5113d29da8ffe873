import { type Check, verdict } from '../../check.ts';
import { stringsIn } from '../../http/answer.ts';

export const check: Check = {
  id: 's256-is-advertised',
  title:
    'S256 is among the advertised code challenge methods, because clients must refuse a server that does not say so',
  requirement: 'RFC 8414 §2; MCP 2025-11-25 authorization, code protection',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { document } = await target.serverMetadata();
    const methods = stringsIn(document, 'code_challenge_methods_supported');
    return verdict(methods.includes('S256'), methods.join(', ') || 'absent', 'S256');
  },
};
