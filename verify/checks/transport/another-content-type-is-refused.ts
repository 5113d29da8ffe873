import { type Check, verdict } from '../../check.ts';
import { initializeMessage } from '../../mcp/message.ts';
import { replyBriefly } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'another-content-type-is-refused',
  title:
    'A body that is not declared as JSON is refused, because forms of strange pages can send text/plain without asking',
  requirement: 'MCP transports; RFC 9110 §15.5.16; CWE-352',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const answer = await target.call(initializeMessage(), { 'content-type': 'text/plain' });
    return verdict(answer.status >= 400 && answer.status < 500, replyBriefly(answer), '415');
  },
};
