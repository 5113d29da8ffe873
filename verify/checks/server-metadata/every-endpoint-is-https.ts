import { type Check, verdict } from '../../check.ts';
import { endpointsIn } from '../../expect/endpoints.ts';
import { mayContact } from '../../http/http-client.ts';

export const check: Check = {
  id: 'every-endpoint-is-https',
  title: 'Every endpoint is https, because SDK v2 refuses to send a code or a token in the clear',
  requirement: 'OAuth 2.1 §1.5; MCP authorization, communication security',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { document } = await target.serverMetadata();
    const plain = endpointsIn(document).filter(
      ([, url]) => URL.canParse(url) && !mayContact(new URL(url), target.url),
    );
    const names = plain.map(([name]) => name).join(', ');
    return verdict(plain.length === 0, names || 'all of them', 'https for all of them');
  },
};
