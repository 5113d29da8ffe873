import { type Check, verdict } from '../../check.ts';
import { rawMessage } from '../../mcp/message.ts';
import { replyBriefly } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'broken-json-is-refused',
  title:
    "A body that is not JSON is refused with 400, because it is the client's fault and not an outage",
  requirement: 'JSON-RPC 2.0 §5.1',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const answer = await target.call(rawMessage('{"jsonrpc":'));
    return verdict(answer.status === 400, replyBriefly(answer), '400 with -32700');
  },
};
