import { type Check, skipped, verdict } from '../../check.ts';
import { modernMessage } from '../../mcp/message.ts';
import { resultIn } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'lists-that-need-a-token-are-private',
  title:
    'A list behind a token has cacheScope private, because a shared cache would show it to others',
  requirement: 'MCP 2026-07-28 caching, cacheScope',
  since: '2026-07-28',
  severity: 'warning',
  run: async (target) => {
    if ((await target.accessToken()) === undefined)
      return skipped('the server asks nobody for a token');
    const result = resultIn(await target.callModern(modernMessage('tools/list')));
    if (!result) return skipped('tools cannot be listed');
    return verdict(
      result.cacheScope === 'private',
      `cacheScope: ${String(result.cacheScope)}`,
      'private',
    );
  },
};
