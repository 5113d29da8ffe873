import { type Check, verdict } from '../../check.ts';
import { notificationMessage } from '../../mcp/message.ts';
import { replyBriefly } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'a-notification-is-accepted-without-a-body',
  title: 'A notification is answered with 202 and no body, because there is nothing to reply to',
  requirement: 'MCP 2025-11-25 transports, sending messages',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const answer = await target.callInSession(notificationMessage('notifications/initialized'));
    return verdict(
      answer.status === 202 && answer.text === '',
      replyBriefly(answer),
      '202 without a body',
    );
  },
};
