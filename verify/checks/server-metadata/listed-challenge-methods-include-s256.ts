import { type Check, skipped, verdict } from '../../check.ts';
import { stringsIn } from '../../http/answer.ts';

export const check: Check = {
  id: 'listed-challenge-methods-include-s256',
  title:
    'If challenge methods are listed, S256 is among them, because every client refuses a list without it',
  requirement: 'RFC 8414 §2; OAuth 2.1 §4.1.1',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { document } = await target.serverMetadata();
    if (document.code_challenge_methods_supported === undefined)
      return skipped('no methods are listed');
    const methods = stringsIn(document, 'code_challenge_methods_supported');
    return verdict(methods.includes('S256'), methods.join(', ') || 'none', 'S256');
  },
};
