import { type Check, verdict } from '../../check.ts';
import { stringsIn } from '../../http/answer.ts';

export const check: Check = {
  id: 'plain-is-not-advertised',
  title: 'The plain challenge method is not advertised, because it protects nothing',
  requirement: 'OAuth 2.1 §4.1.1; RFC 9700 §2.1.1',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { document } = await target.serverMetadata();
    const methods = stringsIn(document, 'code_challenge_methods_supported');
    return verdict(!methods.includes('plain'), methods.join(', ') || 'absent', 'no plain');
  },
};
