import { type Check, verdict } from '../../check.ts';
import { initializeMessage } from '../../mcp/message.ts';
import { replyBriefly, resultIn } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'an-unknown-revision-is-negotiated',
  title:
    'A client with an unknown revision is offered one that exists, because it may know that one as well',
  requirement: 'MCP 2025-11-25 lifecycle, version negotiation',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const answer = await target.call(initializeMessage('1999-01-01'));
    const version = resultIn(answer)?.protocolVersion;
    const isKnown = typeof version === 'string' && /^202[4-9]-\d\d-\d\d$/.test(version);
    return verdict(
      isKnown,
      `${replyBriefly(answer)}, ${String(version ?? 'no version')}`,
      'a revision that exists',
    );
  },
};
