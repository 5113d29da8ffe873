import { type Check, verdict } from '../../check.ts';
import { loopbackRedirect } from '../../expect/loopback-redirect.ts';
import { authorizationBriefly } from '../../oauth/authorization.ts';

export const check: Check = {
  id: 'a-loopback-redirect-keeps-its-path',
  title: 'Another path on a loopback port is not used, because the exception is for the port alone',
  requirement: 'RFC 8252 §7.3; OAuth 2.1 §2.3.1',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const redirectUri = await loopbackRedirect(target, '/elsewhere');
    const { answer, read } = await target.authorizationServer.authorize({
      redirect_uri: redirectUri,
    });
    return verdict(
      read.kind === 'refused',
      authorizationBriefly(answer, redirectUri),
      'an error page',
    );
  },
};
