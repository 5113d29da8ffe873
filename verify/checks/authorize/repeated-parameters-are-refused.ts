import { type Check, verdict } from '../../check.ts';
import { neededString } from '../../http/answer.ts';
import {
  authorizationBriefly,
  readAuthorizationAnswer,
  urlWith,
} from '../../oauth/authorization.ts';

export const check: Check = {
  id: 'repeated-parameters-are-refused',
  title: 'A repeated parameter is refused, because two parsers would choose different values',
  requirement: 'RFC 6749 §3.1',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { authorizationServer } = target;
    const client = await authorizationServer.client();
    const { document } = await target.serverMetadata();
    const endpoint = neededString(document, 'authorization_endpoint', 'the metadata');
    const url = urlWith(endpoint, await authorizationServer.request(client));
    url.searchParams.append('redirect_uri', 'https://attacker.example/callback');
    const answer = await target.http.send({ url });
    const { kind } = readAuthorizationAnswer(answer, client.redirectUri);
    return verdict(
      kind === 'refused' || kind === 'error',
      authorizationBriefly(answer, client.redirectUri),
      'an error',
    );
  },
};
