import { type Check, verdict } from '../../check.ts';
import { modernMessage } from '../../mcp/message.ts';
import { errorCodeIn, replyBriefly } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'an-unknown-modern-revision-is-refused-by-name',
  title:
    'An unknown revision is refused with -32022 and the list of known ones, because clients choose from that list',
  requirement: 'MCP 2026-07-28 versioning, unsupported version',
  since: '2026-07-28',
  severity: 'error',
  run: async (target) => {
    const answer = await target.callModern(
      modernMessage('tools/list', {}, { revision: '2099-01-01' }),
    );
    return verdict(
      answer.status === 400 && errorCodeIn(answer) === -32022,
      replyBriefly(answer),
      '400 with -32022',
    );
  },
};
