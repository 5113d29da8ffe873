import { type Check, failed, passed } from '../../check.ts';
import { isSuccess } from '../../http/answer.ts';

export const check: Check = {
  id: 'a-foreign-host-is-not-repeated-in-the-metadata',
  title:
    'A made-up Host is not repeated in a metadata document, because caches would hand it to everybody',
  requirement: 'CWE-644; RFC 9728 §7.3',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { url } = await target.resourceMetadata();
    const server = await target.serverMetadata();
    for (const location of [url, server.url]) {
      const answer = await target.http.send({
        url: location,
        headers: { host: 'attacker.example' },
      });
      if (isSuccess(answer) && answer.text.includes('attacker.example'))
        return failed(`attacker.example in ${location.pathname}`, 'not repeated');
    }
    return passed();
  },
};
