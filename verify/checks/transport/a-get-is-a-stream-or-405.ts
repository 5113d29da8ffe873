import { type Check, verdict } from '../../check.ts';
import { mediaType } from '../../http/answer.ts';
import { replyBriefly } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'a-get-is-a-stream-or-405',
  title:
    'A GET is answered with an event stream or 405, because clients take any other success for a broken stream',
  requirement: 'MCP 2025-11-25 transports, listening; 2026-07-28: 405',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const token = await target.accessToken();
    const headers = {
      accept: 'text/event-stream',
      ...(token && { authorization: `Bearer ${token}` }),
    };
    const answer = await target.http.send({ url: target.url, headers, until: () => true });
    const isStream = answer.status === 200 && mediaType(answer) === 'text/event-stream';
    return verdict(
      isStream || (answer.status >= 400 && answer.status < 500),
      replyBriefly(answer),
      '405, or an event stream',
    );
  },
};
