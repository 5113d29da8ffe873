import { type Check, failed, passed, Unmet } from '../../check.ts';
import { machineAnswer, machineOf } from '../../expect/machine.ts';
import { initializeMessage } from '../../mcp/message.ts';
import { replyBriefly, resultIn } from '../../mcp/reply.ts';
import { tokensOf } from '../../oauth/token-requests.ts';

export const check: Check = {
  id: 'a-machine-gets-a-token',
  title:
    'A machine client gets a token that opens the server, because there is nobody who could sign in',
  requirement: 'MCP extension oauth-client-credentials; OAuth 2.1 §4.2',
  since: '2026-07-28',
  severity: 'error',
  run: async (target) => {
    machineOf(target);
    try {
      const { accessToken } = tokensOf(await machineAnswer(target));
      const authorization = `Bearer ${accessToken}`;
      const opened = await target.post(initializeMessage(), { authorization });
      if (resultIn(opened)) return passed(replyBriefly(opened));
      return failed(replyBriefly(opened), 'a result');
    } catch (error) {
      // Who brings a machine wants to know that it works: nothing in the way is a reason to skip.
      if (error instanceof Unmet) return failed(error.message, 'a token that opens the server');
      throw error;
    }
  },
};
