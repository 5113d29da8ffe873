import type { Check } from '../../check.ts';
import { isNotBlocked } from '../../expect/not-blocked.ts';
import { legacyMessage } from '../../mcp/message.ts';

export const check: Check = {
  id: 'a-tool-call-of-64-kb-passes',
  title: 'A tool call of 64 KB passes, because documents are ordinary arguments',
  requirement: 'AWS WAF core rule set: SizeRestrictions_BODY blocks more than 8 KB',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const params = {
      name: 'verify-no-such-tool',
      arguments: { text: 'lorem ipsum '.repeat(5500) },
    };
    const ordinary = await target.unauthenticated();
    return isNotBlocked(await target.post(legacyMessage('tools/call', params)), ordinary);
  },
};
