import { type Check, verdict } from '../../check.ts';
import { stringsIn } from '../../http/answer.ts';

export const check: Check = {
  id: 'an-authorization-server-is-named',
  title:
    'At least one authorization server is named, because without one clients take this host for it',
  requirement: 'RFC 9728 §2; MCP 2025-06-18 authorization',
  since: '2025-06-18',
  severity: 'error',
  run: async (target) => {
    const { document } = await target.resourceMetadata();
    const servers = stringsIn(document, 'authorization_servers');
    const areUrls = servers.length > 0 && servers.every((server) => URL.canParse(server));
    return verdict(
      areUrls,
      `authorization_servers: ${servers.join(', ') || 'none'}`,
      'one or more URLs',
    );
  },
};
