import { type Check, verdict } from '../../check.ts';
import { legacyMessage } from '../../mcp/message.ts';
import { errorCodeIn, replyBriefly } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'an-unknown-method-is-an-error-for-older-clients',
  title: 'An unknown method is answered with an error, because a client would wait for a result',
  requirement: 'JSON-RPC 2.0 §5.1',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const answer = await target.callInSession(legacyMessage('verify/unknown'));
    return verdict(errorCodeIn(answer) === -32601, replyBriefly(answer), 'error -32601');
  },
};
