import { type Check, verdict } from '../../check.ts';
import { assertGuarded } from '../../expect/token-refusal.ts';
import { briefly, jsonOf, stringIn } from '../../http/answer.ts';
import { getDocument, serverMetadataUrls } from '../../oauth/discovery.ts';

export const check: Check = {
  id: 'the-openid-place-answers-cleanly',
  title:
    'The OpenID place answers with the same issuer or a clean 404, because clients that look there trust what they find',
  requirement: 'OpenID Connect Discovery §4; SDK v1 and v2 discovery order',
  since: '2025-11-25',
  severity: 'warning',
  run: async (target) => {
    await assertGuarded(target);
    const issuer = await target.issuer();
    const urls = serverMetadataUrls(new URL(issuer));
    const answer = await getDocument(target.http, urls.at(-1) as URL);
    if (answer.status !== 200) return verdict(answer.status === 404, briefly(answer), '200 or 404');
    const named = stringIn(jsonOf(answer), 'issuer');
    return verdict(named === issuer, `issuer: ${named ?? 'absent'}`, issuer);
  },
};
