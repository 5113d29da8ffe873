import { type Check, verdict } from '../../check.ts';
import { briefly } from '../../http/answer.ts';
import { initializeMessage } from '../../mcp/message.ts';

export const check: Check = {
  id: 'the-null-origin-is-refused-with-403',
  title: 'The origin null is refused with 403, because every sandboxed frame and local file has it',
  requirement: 'MCP 2025-11-25 transports, security warning; RFC 6454 §7.3',
  since: '2025-11-25',
  severity: 'warning',
  run: async (target) => {
    const answer = await target.post(initializeMessage(), { origin: 'null' });
    return verdict(answer.status === 403, briefly(answer), '403');
  },
};
