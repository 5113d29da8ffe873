import { type Check, Unmet, verdict } from '../../check.ts';
import { assertGuarded } from '../../expect/token-refusal.ts';
import { briefly } from '../../http/answer.ts';
import { legacyMessage } from '../../mcp/message.ts';
import { hasReply } from '../../mcp/reply.ts';
import { garbageToken } from '../../oauth/forged-token.ts';

export const check: Check = {
  id: 'a-token-in-the-query-opens-nothing',
  title:
    'A token in the URL opens nothing, because URLs end up in logs, histories and Referer headers',
  requirement: 'MCP authorization, access token usage; RFC 6750 §2.3; OAuth 2.1 §5.1',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    await assertGuarded(target);
    const token = await target.accessToken().catch((error: unknown) => {
      if (error instanceof Unmet) return garbageToken();
      throw error;
    });
    const url = new URL(target.url);
    url.searchParams.set('access_token', token ?? garbageToken());
    const answer = await target.http.send({
      method: 'POST',
      url,
      ...legacyMessage('tools/list'),
      until: hasReply,
    });
    return verdict([400, 401].includes(answer.status), briefly(answer), '400 or 401');
  },
};
