import { type Check, verdict } from '../../check.ts';
import { legacyMessage } from '../../mcp/message.ts';
import { replyBriefly, resultIn } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'tools-are-listed-for-older-clients',
  title:
    'tools/list of a 2025 client gets a list, because that is what people connect a server for',
  requirement: 'MCP 2025-11-25 server features, tools/list',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const answer = await target.callInSession(legacyMessage('tools/list'));
    return verdict(Array.isArray(resultIn(answer)?.tools), replyBriefly(answer), 'a list of tools');
  },
};
