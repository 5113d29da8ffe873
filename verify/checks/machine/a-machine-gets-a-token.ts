import { type Check, failed, verdict } from '../../check.ts';
import { machineOf } from '../../expect/machine.ts';
import { briefly, jsonOf, stringIn } from '../../http/answer.ts';
import { initializeMessage } from '../../mcp/message.ts';
import { replyBriefly, resultIn } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'a-machine-gets-a-token',
  title:
    'A machine client gets a token that opens the server, because there is nobody who could sign in',
  requirement: 'MCP extension oauth-client-credentials; OAuth 2.1 §4.2',
  since: '2026-07-28',
  severity: 'error',
  run: async (target) => {
    const { clientId, clientSecret } = machineOf(target);
    const answer = await target.authorizationServer.token({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    });
    const token = stringIn(jsonOf(answer), 'access_token');
    if (token === undefined) return failed(briefly(answer), 'an access token');
    const opened = await target.post(initializeMessage(), { authorization: `Bearer ${token}` });
    return verdict(resultIn(opened) !== undefined, replyBriefly(opened), 'a result');
  },
};
