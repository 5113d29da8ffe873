import type { Check } from '../../check.ts';
import { browserOrigin, corsIsOpen } from '../../expect/preflight.ts';

export const check: Check = {
  id: 'scripts-may-read-the-server-metadata',
  title:
    "A script of any origin may read the authorization server's metadata, because MCP Inspector runs in a browser",
  requirement: 'Fetch standard, CORS; MCP Inspector',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { url } = await target.serverMetadata();
    return corsIsOpen(await target.http.send({ url, headers: { origin: browserOrigin } }));
  },
};
