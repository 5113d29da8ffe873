import { type Check, skipped } from '../../check.ts';
import { freshGrant } from '../../expect/grant.ts';
import { isInvalidGrant } from '../../expect/grant-refusal.ts';
import { stringIn } from '../../http/answer.ts';
import { urlWith } from '../../oauth/authorization.ts';

export const check: Check = {
  id: 'a-revoked-token-is-dead',
  title: 'A revoked refresh token is dead, because that is what "disconnect" means',
  requirement: 'RFC 7009 §2',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { authorizationServer } = target;
    const { document } = await target.serverMetadata();
    const endpoint = stringIn(document, 'revocation_endpoint');
    if (endpoint === undefined) return skipped('there is no revocation endpoint');
    const { client, refreshToken } = await freshGrant(target);
    const form = {
      token: refreshToken,
      client_id: client.clientId,
      client_secret: client.clientSecret,
    };
    await target.http.send({
      method: 'POST',
      url: endpoint,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: urlWith('https://form.invalid/', form).search.slice(1),
    });
    return isInvalidGrant(await authorizationServer.refresh(client, refreshToken));
  },
};
