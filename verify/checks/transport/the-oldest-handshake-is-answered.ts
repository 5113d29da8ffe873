import { type Check, verdict } from '../../check.ts';
import { initializeMessage } from '../../mcp/message.ts';
import { replyBriefly, resultIn } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'the-oldest-handshake-is-answered',
  title:
    'A 2025-03-26 client is answered in its own revision, because such clients are still around',
  requirement: 'MCP 2025-03-26 lifecycle, version negotiation',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const answer = await target.call(initializeMessage('2025-03-26'));
    const version = resultIn(answer)?.protocolVersion;
    return verdict(
      version === '2025-03-26',
      `${replyBriefly(answer)}, ${String(version ?? 'no version')}`,
      '2025-03-26',
    );
  },
};
