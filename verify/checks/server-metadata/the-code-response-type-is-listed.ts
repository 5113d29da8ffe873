import { type Check, verdict } from '../../check.ts';
import { stringsIn } from '../../http/answer.ts';

export const check: Check = {
  id: 'the-code-response-type-is-listed',
  title:
    'The code response type is listed, because the member is required and the SDKs refuse a document without it',
  requirement: 'RFC 8414 §2',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { document } = await target.serverMetadata();
    const types = stringsIn(document, 'response_types_supported');
    return verdict(types.includes('code'), types.join(', ') || 'absent', 'code');
  },
};
