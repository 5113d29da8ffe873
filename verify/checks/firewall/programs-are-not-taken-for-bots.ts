import { type Check, failed, passed } from '../../check.ts';
import { isNotBlocked } from '../../expect/not-blocked.ts';
import { initializeMessage } from '../../mcp/message.ts';

export const check: Check = {
  id: 'programs-are-not-taken-for-bots',
  title: 'Requests of HTTP libraries pass, because no MCP client is a browser',
  requirement: 'AWS WAF bot control: SignalNonBrowserUserAgent',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    for (const name of [
      'node',
      'python-httpx/0.28.1',
      'Go-http-client/2.0',
      'Claude-User',
      'okhttp/4.12.0',
    ]) {
      const answer = await target.post(initializeMessage(), { 'user-agent': name });
      const outcome = isNotBlocked(answer, await target.unauthenticated());
      if (outcome.kind === 'failed') return failed(`${name}: ${outcome.seen}`, outcome.expected);
    }
    return passed();
  },
};
