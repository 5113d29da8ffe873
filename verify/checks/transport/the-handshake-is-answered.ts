import { type Check, verdict } from '../../check.ts';
import { asObject } from '../../http/answer.ts';
import { initializeMessage } from '../../mcp/message.ts';
import { replyBriefly, resultIn } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'the-handshake-is-answered',
  title:
    "initialize is answered with a protocol version and the server's name, because everything before 2026 begins with it",
  requirement: 'MCP 2025-11-25 lifecycle, initialization',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const answer = await target.call(initializeMessage());
    const result = resultIn(answer);
    const isRight =
      typeof result?.protocolVersion === 'string' && asObject(result.serverInfo) !== undefined;
    return verdict(isRight, replyBriefly(answer), 'a result with protocolVersion and serverInfo');
  },
};
