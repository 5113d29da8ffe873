import { type Check, skipped, verdict } from '../../check.ts';
import { mediaType } from '../../http/answer.ts';
import { initializeMessage } from '../../mcp/message.ts';

export const check: Check = {
  id: 'streams-are-not-buffered-or-kept',
  title:
    'An event stream is marked as not to be kept, because a proxy that buffers it looks like a dead server',
  requirement: 'MCP 2026-07-28 transports, X-Accel-Buffering; WHATWG server-sent events',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const answer = await target.call(initializeMessage());
    if (mediaType(answer) !== 'text/event-stream') return skipped('answers are not streamed');
    const control = answer.headers['cache-control'] ?? '';
    return verdict(
      /no-cache|no-store/i.test(control),
      `Cache-Control: ${control || 'absent'}`,
      'no-cache or no-store',
    );
  },
};
