import { type Check, skipped, verdict } from '../../check.ts';
import { browserOrigin } from '../../expect/preflight.ts';
import { initializeMessage } from '../../mcp/message.ts';

export const check: Check = {
  id: 'scripts-may-read-the-challenge',
  title:
    'WWW-Authenticate is exposed to origins that are allowed, because the challenge is useless unread',
  requirement: 'Fetch standard, CORS: exposed headers',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const answer = await target.post(initializeMessage(), { origin: browserOrigin });
    const {
      'access-control-allow-origin': allowed,
      'access-control-expose-headers': exposed = '',
    } = answer.headers;
    if (allowed === undefined) return skipped('no origin of a local tool is allowed here');
    if (answer.headers['www-authenticate'] === undefined) return skipped('there is no challenge');
    const isExposed = /(^|[\s,])(www-authenticate|\*)($|[\s,])/i.test(exposed);
    return verdict(isExposed, `exposed: ${exposed || 'nothing'}`, 'WWW-Authenticate');
  },
};
