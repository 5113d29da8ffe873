import { type Check, verdict } from '../../check.ts';
import { modernMessage } from '../../mcp/message.ts';
import { replyBriefly, resultIn } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'tools-are-listed-for-modern-clients',
  title:
    'tools/list of a 2026 client gets a list with resultType and cache hints, because the revision requires them',
  requirement: 'MCP 2026-07-28 server features, tools/list; result types',
  since: '2026-07-28',
  severity: 'error',
  run: async (target) => {
    const answer = await target.callModern(modernMessage('tools/list'));
    const result = resultIn(answer);
    const isRight =
      Array.isArray(result?.tools) &&
      typeof result.resultType === 'string' &&
      typeof result.ttlMs === 'number';
    return verdict(isRight, replyBriefly(answer), 'tools, resultType, ttlMs and cacheScope');
  },
};
