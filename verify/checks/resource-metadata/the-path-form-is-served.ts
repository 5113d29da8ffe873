import { type Check, verdict } from '../../check.ts';
import { assertGuarded } from '../../expect/token-refusal.ts';
import { briefly, jsonOf } from '../../http/answer.ts';
import { getDocument, resourceMetadataAtPath } from '../../oauth/discovery.ts';

export const check: Check = {
  id: 'the-path-form-is-served',
  title:
    'The metadata is served under the well-known prefix followed by the path, because clients ask there first',
  requirement: 'RFC 9728 §3.1',
  since: '2025-06-18',
  severity: 'error',
  run: async (target) => {
    await assertGuarded(target);
    const answer = await getDocument(target.http, resourceMetadataAtPath(target.url));
    const isThere = answer.status === 200 && jsonOf(answer)?.resource !== undefined;
    return verdict(isThere, briefly(answer), '200 with a JSON document that has a resource');
  },
};
