import { type Check, verdict } from '../../check.ts';
import { assertGuarded } from '../../expect/token-refusal.ts';
import { briefly } from '../../http/answer.ts';
import { getDocument, serverMetadataUrls } from '../../oauth/discovery.ts';

export const check: Check = {
  id: 'the-first-place-answers',
  title:
    'The RFC 8414 place answers with the document or a clean 404, because a server error there ends the discovery',
  requirement: 'RFC 8414 §3.1; SDK v1: a 5xx there ends the discovery',
  since: '2025-06-18',
  severity: 'warning',
  run: async (target) => {
    await assertGuarded(target);
    const [first] = serverMetadataUrls(new URL(await target.issuer()));
    const answer = await getDocument(target.http, first as URL);
    return verdict([200, 404].includes(answer.status), briefly(answer), '200 or 404');
  },
};
