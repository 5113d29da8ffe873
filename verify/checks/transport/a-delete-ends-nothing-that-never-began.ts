import { type Check, verdict } from '../../check.ts';
import { replyBriefly } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'a-delete-ends-nothing-that-never-began',
  title: 'A DELETE without a session is refused, because there is nothing to end',
  requirement: 'MCP 2025-11-25 transports, session management',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const token = await target.accessToken();
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await target.http.send({ method: 'DELETE', url: target.url, headers });
    return verdict(answer.status >= 400 && answer.status < 500, replyBriefly(answer), '405');
  },
};
