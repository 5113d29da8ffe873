import type { Check } from '../../check.ts';
import { isNotBlocked } from '../../expect/not-blocked.ts';
import { initializeMessage } from '../../mcp/message.ts';
import { hasReply } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'a-request-without-a-user-agent-passes',
  title: 'A request without User-Agent passes, because several SDKs send none',
  requirement: 'AWS WAF core rule set: NoUserAgent_HEADER',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { headers, body } = initializeMessage();
    const answer = await target.http.send({
      method: 'POST',
      url: target.url,
      headers: { ...headers, 'user-agent': undefined },
      body,
      until: hasReply,
    });
    return isNotBlocked(answer, await target.unauthenticated());
  },
};
