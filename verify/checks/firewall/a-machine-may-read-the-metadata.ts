import { type Check, failed, passed } from '../../check.ts';
import { briefly } from '../../http/answer.ts';

export const check: Check = {
  id: 'a-machine-may-read-the-metadata',
  title:
    'Both metadata documents are served to a client without User-Agent, because authorization servers fetch them too',
  requirement: 'AWS WAF core rule set: NoUserAgent_HEADER',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { url } = await target.resourceMetadata();
    const server = await target.serverMetadata();
    for (const location of [url, server.url]) {
      const answer = await target.http.send({
        url: location,
        headers: { 'user-agent': undefined },
      });
      if (answer.status !== 200) return failed(`${location.pathname}: ${briefly(answer)}`, '200');
    }
    return passed();
  },
};
