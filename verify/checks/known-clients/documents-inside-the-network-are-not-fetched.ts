import { type Check, failed, passed, skipped } from '../../check.ts';
import { authorizationBriefly } from '../../oauth/authorization.ts';
import { loopbackRedirectUri } from '../../oauth/client.ts';

export const check: Check = {
  id: 'documents-inside-the-network-are-not-fetched',
  title:
    "A metadata document on an inner address is refused, because fetching it would open the server's own network",
  requirement: 'MCP security best practices, SSRF; CIMD draft §6.5',
  since: '2025-11-25',
  severity: 'error',
  run: async (target) => {
    const { document } = await target.serverMetadata();
    if (document.client_id_metadata_document_supported !== true)
      return skipped('client ID metadata documents are not supported here');
    for (const host of ['169.254.169.254', '127.0.0.1', '[::1]', '10.0.0.1']) {
      const clientId = `https://${host}/client.json`;
      const client = { clientId, redirectUri: loopbackRedirectUri };
      const { answer, read } = await target.authorizationServer.authorize({}, client);
      const isRefused = read.kind === 'refused' && answer.status < 500;
      if (!isRefused)
        return failed(
          `${host}: ${authorizationBriefly(answer, loopbackRedirectUri)}`,
          'an error page',
        );
    }
    return passed();
  },
};
