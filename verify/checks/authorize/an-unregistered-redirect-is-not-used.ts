import { type Check, verdict } from '../../check.ts';
import { authorizationBriefly } from '../../oauth/authorization.ts';

export const check: Check = {
  id: 'an-unregistered-redirect-is-not-used',
  title:
    'A redirect URI that was not registered is not used, because the code would go to whoever wrote the link',
  requirement: 'OAuth 2.1 §4.1.2.1; MCP authorization, open redirection',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const redirectUri = 'https://attacker.example/callback';
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
