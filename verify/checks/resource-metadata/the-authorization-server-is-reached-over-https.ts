import { type Check, skipped, verdict } from '../../check.ts';
import { mayContact } from '../../http/http-client.ts';

export const check: Check = {
  id: 'the-authorization-server-is-reached-over-https',
  title:
    'The authorization server is named by an https URL, because everything that follows is sent there',
  requirement: 'MCP authorization, communication security; RFC 9728 §7',
  since: '2025-06-18',
  severity: 'error',
  run: async (target) => {
    const issuer = await target.issuer();
    if (!URL.canParse(issuer)) return skipped('the authorization server is not named by a URL');
    return verdict(mayContact(new URL(issuer), target.url), issuer, 'https');
  },
};
