import { type Check, verdict } from '../../check.ts';
import { briefly } from '../../http/answer.ts';
import { initializeMessage } from '../../mcp/message.ts';

export const check: Check = {
  id: 'a-foreign-origin-is-refused-with-403',
  title:
    'A request from a page of a stranger is refused with 403, because a browser must not be turned against the server',
  requirement: 'MCP 2025-11-25 transports, security warning',
  since: '2025-11-25',
  severity: 'error',
  run: async (target) => {
    const answer = await target.post(initializeMessage(), { origin: 'https://attacker.example' });
    return verdict(answer.status === 403, briefly(answer), '403');
  },
};
