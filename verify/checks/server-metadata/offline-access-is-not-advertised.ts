import { type Check, verdict } from '../../check.ts';
import { stringsIn } from '../../http/answer.ts';

export const check: Check = {
  id: 'offline-access-is-not-advertised',
  title:
    'offline_access is not advertised, because SDK v2 and Claude Code then ask for it and for consent every time',
  requirement: 'MCP 2026-07-28 authorization, refresh tokens; SDK v2: adds it and prompt=consent',
  since: '2026-07-28',
  severity: 'warning',
  run: async (target) => {
    const { document } = await target.serverMetadata();
    const isListed = stringsIn(document, 'scopes_supported').includes('offline_access');
    return verdict(!isListed, isListed ? 'offline_access is listed' : 'not listed', 'not listed');
  },
};
