import { type Check, failed, passed, skipped, Unmet } from '../../check.ts';
import { assertGuarded } from '../../expect/token-refusal.ts';
import { mayContact } from '../../http/http-client.ts';
import { openidWellKnown, serverWellKnown } from '../../oauth/discovery.ts';

export const check: Check = {
  id: 'it-is-found-where-clients-look',
  title:
    "The authorization server's metadata is found where clients look, because none of them guesses endpoints any more",
  requirement: 'RFC 8414 §3.1; MCP authorization, authorization server metadata',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    await assertGuarded(target);
    const issuer = await target.issuer();
    if (URL.canParse(issuer) && !mayContact(new URL(issuer), target.url))
      return skipped('the authorization server is not named by an https URL');
    const { url } = await target.serverMetadata().catch((error: unknown) => {
      if (error instanceof Unmet) return { url: undefined };
      throw error;
    });
    if (url) return passed(url.href);
    return failed('none', `a document at ${serverWellKnown} or ${openidWellKnown} of ${issuer}`);
  },
};
