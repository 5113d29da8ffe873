import { type Check, verdict } from '../../check.ts';
import { authorizationBriefly } from '../../oauth/authorization.ts';
import { randomText } from '../../oauth/pkce.ts';

export const check: Check = {
  id: 'an-unknown-client-is-not-sent-anywhere',
  title:
    'A request of an unknown client is not redirected, because that would make the server an open redirector',
  requirement: 'OAuth 2.1 §4.1.2.1; RFC 9700 §4.11',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const redirectUri = 'https://attacker.example/callback';
    const client = { clientId: randomText(), redirectUri };
    const { answer, read } = await target.authorizationServer.authorize({}, client);
    return verdict(
      read.kind === 'refused',
      authorizationBriefly(answer, redirectUri),
      'an error page',
    );
  },
};
