import { type Check, verdict } from '../../check.ts';
import { harmlessTool } from '../../expect/tool.ts';
import { modernMessage } from '../../mcp/message.ts';
import { replyBriefly, resultIn } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'a-harmless-tool-can-be-called-the-modern-way',
  title:
    'A tool that only reads can be called by a 2026 client, because both eras share one endpoint',
  requirement: 'MCP 2026-07-28 server features, tools/call',
  since: '2026-07-28',
  severity: 'error',
  run: async (target) => {
    const name = await harmlessTool(target);
    const answer = await target.callModern(modernMessage('tools/call', { name, arguments: {} }));
    return verdict(
      resultIn(answer)?.resultType === 'complete',
      `${name}: ${replyBriefly(answer)}`,
      'a complete result',
    );
  },
};
