import { type Check, passed, verdict } from '../../check.ts';
import { initializeMessage } from '../../mcp/message.ts';

export const check: Check = {
  id: 'a-session-id-cannot-be-guessed',
  title:
    'A session id, if there is one, is long, visible ASCII and new each time, because it is as good as a key',
  requirement: 'MCP 2025-11-25 transports, session management; security best practices',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const ids = [
      await target.call(initializeMessage()),
      await target.call(initializeMessage()),
    ].map(({ headers }) => headers['mcp-session-id']);
    const [first, second] = ids;
    if (first === undefined) return passed('no session');
    return verdict(
      /^[\x21-\x7e]{16,}$/.test(first) && first !== second,
      `${first.length} characters`,
      '16 or more, never the same',
    );
  },
};
