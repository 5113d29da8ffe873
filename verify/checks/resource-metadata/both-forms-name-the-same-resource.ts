import { type Check, skipped, verdict } from '../../check.ts';
import { isSuccess, jsonOf, stringIn } from '../../http/answer.ts';
import {
  getDocument,
  resourceMetadataAtPath,
  resourceMetadataAtRoot,
} from '../../oauth/discovery.ts';

export const check: Check = {
  id: 'both-forms-name-the-same-resource',
  title:
    'Both places name the same resource, because clients that disagree about it get tokens for different audiences',
  requirement: 'RFC 9728 §3.3',
  since: '2025-06-18',
  severity: 'error',
  run: async (target) => {
    const urls = [resourceMetadataAtPath(target.url), resourceMetadataAtRoot(target.url)];
    const answers = await Promise.all(urls.map((url) => getDocument(target.http, url)));
    const resources = answers
      .filter(isSuccess)
      .map((answer) => stringIn(jsonOf(answer), 'resource'));
    if (resources.length < 2) return skipped('the metadata is served in one place only');
    return verdict(
      resources[0] === resources[1],
      resources.join(' and '),
      'the same resource twice',
    );
  },
};
