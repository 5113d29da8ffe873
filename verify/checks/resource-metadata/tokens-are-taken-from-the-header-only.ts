import { type Check, verdict } from '../../check.ts';
import { stringsIn } from '../../http/answer.ts';

export const check: Check = {
  id: 'tokens-are-taken-from-the-header-only',
  title: 'The metadata does not offer tokens in a URL or a body, because they end up in logs there',
  requirement: 'RFC 9728 §2; RFC 6750 §2.3',
  since: '2025-06-18',
  severity: 'warning',
  run: async (target) => {
    const { document } = await target.resourceMetadata();
    const methods = stringsIn(document, 'bearer_methods_supported');
    return verdict(
      methods.every((method) => method === 'header'),
      methods.join(', ') || 'absent',
      'header only',
    );
  },
};
