import { type Check, verdict } from '../../check.ts';
import { jsonOf, stringsIn } from '../../http/answer.ts';
import { loopbackRedirectUri } from '../../oauth/client.ts';

export const check: Check = {
  id: 'the-answer-says-what-was-registered',
  title:
    'The answer repeats the redirect URIs, because a client must notice when something else was registered',
  requirement: 'RFC 7591 §3.2.1',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const answer = await target.authorizationServer.registration();
    const uris = stringsIn(jsonOf(answer), 'redirect_uris');
    return verdict(
      uris.includes(loopbackRedirectUri),
      uris.join(', ') || 'absent',
      loopbackRedirectUri,
    );
  },
};
