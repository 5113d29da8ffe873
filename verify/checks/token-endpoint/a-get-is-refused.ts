import { type Check, verdict } from '../../check.ts';
import { briefly, neededString } from '../../http/answer.ts';

export const check: Check = {
  id: 'a-get-is-refused',
  title:
    'A GET at the token endpoint is refused, because its parameters would be in every log on the way',
  requirement: 'RFC 6749 §3.2: POST only',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { document } = await target.serverMetadata();
    const answer = await target.http.send({
      url: neededString(document, 'token_endpoint', 'the metadata'),
    });
    return verdict(answer.status >= 400 && answer.status < 500, briefly(answer), '405');
  },
};
