import { type Check, failed, passed } from '../../check.ts';
import { neededString } from '../../http/answer.ts';

export const check: Check = {
  id: 'no-origin-may-use-cookies',
  title:
    "No stranger's origin may send cookies, because then any page could act for whoever is signed in",
  requirement: 'Fetch standard, CORS with credentials; RFC 9700 §2.6',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { document } = await target.serverMetadata();
    const token = neededString(document, 'token_endpoint', 'the metadata');
    const origin = 'https://attacker.example';
    for (const url of [token, target.url]) {
      const answer = await target.http.send({
        method: 'OPTIONS',
        url,
        headers: { origin, 'access-control-request-method': 'POST' },
      });
      const { 'access-control-allow-credentials': allowed, 'access-control-allow-origin': to } =
        answer.headers;
      if (allowed === 'true' && to === origin)
        return failed(`credentials allowed at ${new URL(url).pathname}`, 'not allowed');
    }
    return passed();
  },
};
