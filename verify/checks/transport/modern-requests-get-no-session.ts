import { type Check, verdict } from '../../check.ts';
import { modernMessage } from '../../mcp/message.ts';

export const check: Check = {
  id: 'modern-requests-get-no-session',
  title: 'A 2026 request gets no session id, because the revision has no sessions',
  requirement: 'MCP 2026-07-28 transports: sessions removed',
  since: '2026-07-28',
  severity: 'warning',
  run: async (target) => {
    const { headers } = await target.callModern(modernMessage('server/discover'));
    const id = headers['mcp-session-id'];
    return verdict(id === undefined, id === undefined ? 'none' : 'a session id', 'none');
  },
};
