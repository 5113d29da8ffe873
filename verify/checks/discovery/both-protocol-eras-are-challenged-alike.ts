import { type Check, skipped, verdict } from '../../check.ts';
import { briefly } from '../../http/answer.ts';
import { modernMessage } from '../../mcp/message.ts';

export const check: Check = {
  id: 'both-protocol-eras-are-challenged-alike',
  title:
    'The probe of a 2026-07-28 client is challenged like a 2025 handshake, because SDK v2 takes anything else as final',
  requirement: 'MCP 2026-07-28 versioning; SDK v2 server/discover probe',
  since: '2026-07-28',
  severity: 'error',
  run: async (target) => {
    const legacy = await target.unauthenticated();
    if (legacy.status !== 401) return skipped(`the handshake was answered with ${legacy.status}`);
    const modern = await target.post(modernMessage('server/discover'));
    const isAlike =
      modern.status === 401 &&
      Boolean(modern.headers['www-authenticate']) === Boolean(legacy.headers['www-authenticate']);
    return verdict(isAlike, briefly(modern), '401 with the same challenge');
  },
};
