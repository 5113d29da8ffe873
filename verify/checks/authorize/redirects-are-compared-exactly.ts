import { type Check, failed, passed } from '../../check.ts';
import { authorizationBriefly } from '../../oauth/authorization.ts';

export const check: Check = {
  id: 'redirects-are-compared-exactly',
  title:
    'A redirect URI that differs in its path or query is not used, because prefixes and patterns can be escaped from',
  requirement: 'OAuth 2.1 §2.3.1; RFC 9700 §2.1',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { redirectUri: registered } = await target.authorizationServer.client();
    for (const ending of ['/more', '?x=1', '/../other', '%2f..']) {
      const redirectUri = `${registered}${ending}`;
      const { answer, read } = await target.authorizationServer.authorize({
        redirect_uri: redirectUri,
      });
      if (read.kind !== 'refused')
        return failed(`${ending}: ${authorizationBriefly(answer, redirectUri)}`, 'an error page');
    }
    return passed();
  },
};
