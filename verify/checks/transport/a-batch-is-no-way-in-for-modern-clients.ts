import { type Check, verdict } from '../../check.ts';
import { modernMessage } from '../../mcp/message.ts';
import { replyBriefly } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'a-batch-is-no-way-in-for-modern-clients',
  title: 'A batch from a 2026 client is refused, because a gateway looks at one method only',
  requirement: 'MCP 2025-06-18 changelog: batches removed',
  since: '2026-07-28',
  severity: 'warning',
  run: async (target) => {
    const one = JSON.parse(modernMessage('tools/list').body ?? '{}');
    const { headers = {} } = modernMessage('tools/list');
    const answer = await target.callModern({ headers, body: JSON.stringify([one, one]) });
    return verdict(answer.status >= 400 && answer.status < 500, replyBriefly(answer), '400');
  },
};
