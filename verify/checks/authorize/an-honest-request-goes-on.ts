import { type Check, verdict } from '../../check.ts';
import { authorizationBriefly } from '../../oauth/authorization.ts';

export const check: Check = {
  id: 'an-honest-request-goes-on',
  title:
    'An honest authorization request gets a page for a person, because everything else depends on it',
  requirement: 'OAuth 2.1 §4.1.1',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { redirectUri } = await target.authorizationServer.client();
    const { answer, read } = await target.authorizationServer.honest();
    return verdict(
      read.kind === 'proceeds' || read.kind === 'code',
      authorizationBriefly(answer, redirectUri),
      'the sign-in goes on',
    );
  },
};
