import { type Check, skipped, verdict } from '../../check.ts';
import { initializeMessage } from '../../mcp/message.ts';
import { replyBriefly } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'the-access-token-opens-the-server',
  title: 'The access token that was given opens the server, because everything below depends on it',
  requirement: 'MCP authorization, access token usage',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const token = await target.accessToken();
    if (token === undefined) return skipped('the server asks nobody for a token');
    const answer = await target.post(initializeMessage(), { authorization: `Bearer ${token}` });
    return verdict(answer.status !== 401, replyBriefly(answer), 'not 401');
  },
};
