import { type Check, verdict } from '../../check.ts';
import { modernMessage } from '../../mcp/message.ts';
import { errorCodeIn, replyBriefly } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'a-lying-version-header-is-refused',
  title:
    'A version header that contradicts the body is refused with -32020, because what stands in between goes by the header',
  requirement: 'MCP 2026-07-28 transports, header validation; SEP-2243',
  since: '2026-07-28',
  severity: 'error',
  run: async (target) => {
    const headers = { 'mcp-protocol-version': '2025-11-25' };
    const message = modernMessage('tools/list', {}, { headers });
    const answer = await target.callModern(message);
    return verdict(
      answer.status === 400 && errorCodeIn(answer) === -32020,
      replyBriefly(answer),
      '400 with -32020',
    );
  },
};
