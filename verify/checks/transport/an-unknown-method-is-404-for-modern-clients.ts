import { type Check, verdict } from '../../check.ts';
import { modernMessage } from '../../mcp/message.ts';
import { errorCodeIn, replyBriefly } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'an-unknown-method-is-404-for-modern-clients',
  title:
    'An unknown method is answered with 404 and -32601, because the body tells it from a wrong address',
  requirement: 'MCP 2026-07-28 transports, status codes',
  since: '2026-07-28',
  severity: 'error',
  run: async (target) => {
    const answer = await target.callModern(modernMessage('verify/unknown'));
    return verdict(
      answer.status === 404 && errorCodeIn(answer) === -32601,
      replyBriefly(answer),
      '404 with -32601',
    );
  },
};
