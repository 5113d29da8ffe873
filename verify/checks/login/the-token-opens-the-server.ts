import { type Check, verdict } from '../../check.ts';
import { initializeMessage } from '../../mcp/message.ts';
import { replyBriefly, resultIn } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'the-token-opens-the-server',
  title:
    'The token of the login opens the server, because some servers and issuers disagree about audiences',
  requirement: 'MCP authorization, access token usage',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { accessToken } = await target.login();
    const answer = await target.post(initializeMessage(), {
      authorization: `Bearer ${accessToken}`,
    });
    return verdict(resultIn(answer) !== undefined, replyBriefly(answer), 'a result');
  },
};
