import { type Check, skipped, verdict } from '../../check.ts';
import { briefly, stringIn } from '../../http/answer.ts';
import { urlWith } from '../../oauth/authorization.ts';
import { randomText } from '../../oauth/pkce.ts';

export const check: Check = {
  id: 'revoking-an-unknown-token-succeeds',
  title:
    'Revoking a token that is not known succeeds, because what the client wants is already true',
  requirement: 'RFC 7009 §2.2',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { document } = await target.serverMetadata();
    const endpoint = stringIn(document, 'revocation_endpoint');
    if (endpoint === undefined) return skipped('there is no revocation endpoint');
    const { clientId, clientSecret } = await target.authorizationServer.client();
    const form = { token: randomText(), client_id: clientId, client_secret: clientSecret };
    const answer = await target.http.send({
      method: 'POST',
      url: endpoint,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: urlWith('https://form.invalid/', form).search.slice(1),
    });
    return verdict(answer.status === 200, briefly(answer), '200');
  },
};
