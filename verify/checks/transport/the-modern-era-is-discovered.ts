import { type Check, verdict } from '../../check.ts';
import { stringsIn } from '../../http/answer.ts';
import { modernMessage, modernRevision } from '../../mcp/message.ts';
import { replyBriefly, resultIn } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'the-modern-era-is-discovered',
  title: 'server/discover names 2026-07-28, because every server of that revision must answer it',
  requirement: 'MCP 2026-07-28 discovery, server/discover',
  since: '2026-07-28',
  severity: 'error',
  run: async (target) => {
    const answer = await target.call(modernMessage('server/discover'));
    const versions = stringsIn(resultIn(answer), 'supportedVersions');
    return verdict(
      versions.includes(modernRevision),
      `${replyBriefly(answer)}, ${versions.join(', ') || 'no versions'}`,
      modernRevision,
    );
  },
};
