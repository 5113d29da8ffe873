import type { Check } from '../../check.ts';
import { isNotBlocked } from '../../expect/not-blocked.ts';
import { legacyMessage } from '../../mcp/message.ts';

export const check: Check = {
  id: 'a-tool-call-about-attacks-passes',
  title:
    'A tool call whose text looks like an attack passes, because people ask assistants about code',
  requirement: 'AWS WAF core rule set: CrossSiteScripting_BODY and GenericLFI_BODY rules',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const text =
      "<script>alert(1)</script> ../../etc/passwd ' OR 1=1 -- $(id) http://169.254.169.254/";
    const params = { name: 'verify-no-such-tool', arguments: { text } };
    const ordinary = await target.unauthenticated();
    return isNotBlocked(await target.post(legacyMessage('tools/call', params)), ordinary);
  },
};
