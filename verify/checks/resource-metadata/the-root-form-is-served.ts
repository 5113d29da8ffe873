import { type Check, verdict } from '../../check.ts';
import { assertGuarded } from '../../expect/token-refusal.ts';
import { briefly, jsonOf } from '../../http/answer.ts';
import { getDocument, resourceMetadataAtRoot } from '../../oauth/discovery.ts';

export const check: Check = {
  id: 'the-root-form-is-served',
  title: 'The metadata is served at the root as well, because that is where older clients look',
  requirement: 'MCP 2025-11-25 authorization, discovery',
  since: '2025-06-18',
  severity: 'warning',
  run: async (target) => {
    await assertGuarded(target);
    const answer = await getDocument(target.http, resourceMetadataAtRoot(target.url));
    const isThere = answer.status === 200 && jsonOf(answer)?.resource !== undefined;
    return verdict(isThere, briefly(answer), '200 with a JSON document that has a resource');
  },
};
