import { type Check, verdict } from '../../check.ts';
import { stringsIn } from '../../http/answer.ts';

export const check: Check = {
  id: 'offline-access-is-not-a-scope-of-the-resource',
  title: 'The metadata does not list offline_access, because it is no right at this resource',
  requirement: 'MCP 2026-07-28 authorization, refresh tokens',
  since: '2026-07-28',
  severity: 'warning',
  run: async (target) => {
    const { document } = await target.resourceMetadata();
    const isListed = stringsIn(document, 'scopes_supported').includes('offline_access');
    return verdict(!isListed, isListed ? 'offline_access is listed' : 'not listed', 'not listed');
  },
};
