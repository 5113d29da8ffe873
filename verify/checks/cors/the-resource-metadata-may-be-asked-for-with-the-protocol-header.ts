import type { Check } from '../../check.ts';
import { preflight, preflightIsGranted } from '../../expect/preflight.ts';

export const check: Check = {
  id: 'the-resource-metadata-may-be-asked-for-with-the-protocol-header',
  title:
    'A preflight for the resource metadata allows MCP-Protocol-Version, because the SDKs send it',
  requirement: 'Fetch standard, CORS preflight; SDK clients send MCP-Protocol-Version',
  since: '2025-06-18',
  severity: 'warning',
  run: async (target) => {
    const { url } = await target.resourceMetadata();
    return preflightIsGranted(
      await preflight(target, url, 'GET', 'mcp-protocol-version'),
      'mcp-protocol-version',
    );
  },
};
