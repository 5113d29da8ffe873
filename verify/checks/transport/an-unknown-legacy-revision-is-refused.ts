import { type Check, verdict } from '../../check.ts';
import { legacyMessage } from '../../mcp/message.ts';
import { replyBriefly } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'an-unknown-legacy-revision-is-refused',
  title:
    'An unknown MCP-Protocol-Version header is refused with 400, because guessing would misread what follows',
  requirement: 'MCP 2025-06-18 transports, protocol version header',
  since: '2025-06-18',
  severity: 'warning',
  run: async (target) => {
    const answer = await target.call(legacyMessage('tools/list', {}, '1999-01-01'));
    return verdict(answer.status === 400, replyBriefly(answer), '400');
  },
};
