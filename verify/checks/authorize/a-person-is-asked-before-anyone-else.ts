import { type Check, failed, passed, skipped, verdict } from '../../check.ts';
import { briefly } from '../../http/answer.ts';

export const check: Check = {
  id: 'a-person-is-asked-before-anyone-else',
  title:
    'A new client gets a page of this server before another site is involved, because a login elsewhere does not say who is asking',
  requirement: 'MCP security best practices, confused deputy',
  since: '2025-06-18',
  severity: 'error',
  run: async (target) => {
    const { answer, read } = await target.authorizationServer.honest();
    if (read.kind === 'code') return failed('a code, and nobody was asked', 'a page');
    if (read.kind !== 'proceeds') return skipped('an honest request does not go on');
    const location = read.location;
    if (!location) return passed(briefly(answer));
    const isHere = location.host === answer.url.host;
    return verdict(
      isHere,
      `a redirect to ${location.host}`,
      'a page, or a redirect on the same host',
    );
  },
};
