import { type Check, verdict } from '../../check.ts';
import { harmlessTool } from '../../expect/tool.ts';
import { legacyMessage } from '../../mcp/message.ts';
import { replyBriefly, resultIn } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'a-harmless-tool-can-be-called',
  title: 'A tool that only reads can be called, because that is what all of this is for',
  requirement: 'MCP server features, tools/call',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const name = await harmlessTool(target);
    const answer = await target.callInSession(legacyMessage('tools/call', { name, arguments: {} }));
    const result = resultIn(answer);
    return verdict(
      result !== undefined && result.isError !== true,
      `${name}: ${replyBriefly(answer)}`,
      'a result',
    );
  },
};
