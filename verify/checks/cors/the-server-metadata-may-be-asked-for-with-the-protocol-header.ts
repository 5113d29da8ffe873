import type { Check } from '../../check.ts';
import { preflight, preflightIsGranted } from '../../expect/preflight.ts';

export const check: Check = {
  id: 'the-server-metadata-may-be-asked-for-with-the-protocol-header',
  title:
    "A preflight for the authorization server's metadata allows MCP-Protocol-Version, because the SDKs send it",
  requirement: 'Fetch standard, CORS preflight; SDK clients send MCP-Protocol-Version',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { url } = await target.serverMetadata();
    return preflightIsGranted(
      await preflight(target, url, 'GET', 'mcp-protocol-version'),
      'mcp-protocol-version',
    );
  },
};
