import { type Check, skipped, verdict } from '../../check.ts';
import { briefly, jsonOf } from '../../http/answer.ts';
import { getDocument } from '../../oauth/discovery.ts';

export const check: Check = {
  id: 'the-challenge-leads-to-the-metadata',
  title: 'The document that the challenge names is there, because clients stop at a dead link',
  requirement: 'RFC 9728 §5.1, §3.2',
  since: '2025-06-18',
  severity: 'error',
  run: async (target) => {
    const url = (await target.challenge()).parameters.resource_metadata;
    if (url === undefined || !URL.canParse(url)) return skipped('the challenge names no document');
    const answer = await getDocument(target.http, new URL(url));
    const isThere = answer.status === 200 && jsonOf(answer)?.resource !== undefined;
    return verdict(isThere, briefly(answer), '200 with a JSON document that has a resource');
  },
};
