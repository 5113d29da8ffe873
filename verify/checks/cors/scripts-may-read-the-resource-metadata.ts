import type { Check } from '../../check.ts';
import { browserOrigin, corsIsOpen } from '../../expect/preflight.ts';

export const check: Check = {
  id: 'scripts-may-read-the-resource-metadata',
  title:
    'A script of any origin may read the resource metadata, because MCP Inspector runs in a browser',
  requirement: 'Fetch standard, CORS; MCP Inspector',
  since: '2025-06-18',
  severity: 'warning',
  run: async (target) => {
    const { url } = await target.resourceMetadata();
    return corsIsOpen(await target.http.send({ url, headers: { origin: browserOrigin } }));
  },
};
