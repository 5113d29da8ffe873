import { type Check, verdict } from '../../check.ts';
import { briefly, isWebPage } from '../../http/answer.ts';
import { loopbackRedirectUri } from '../../oauth/client.ts';
import { randomText } from '../../oauth/pkce.ts';

export const check: Check = {
  id: 'error-pages-do-not-repeat-the-request',
  title:
    "An error page does not repeat what the request said, because it would put the attacker's words on the server's page",
  requirement: 'CWE-79; CWE-117',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const marker = `<i>verify-${randomText(6)}</i>`;
    const client = { clientId: marker, redirectUri: loopbackRedirectUri };
    const { answer } = await target.authorizationServer.authorize({}, client);
    const isRepeated = isWebPage(answer) && answer.text.includes(marker);
    return verdict(
      !isRepeated,
      isRepeated ? 'repeated as markup' : briefly(answer),
      'not repeated as markup',
    );
  },
};
