import type { Check } from '../../check.ts';
import { isInvalidGrant } from '../../expect/grant-refusal.ts';
import { randomText } from '../../oauth/pkce.ts';

export const check: Check = {
  id: 'an-unknown-code-is-an-invalid-grant',
  title:
    'An unknown code is answered with invalid_grant, because clients start over on that code only',
  requirement: 'RFC 6749 §5.2',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { authorizationServer } = target;
    const client = await authorizationServer.client();
    return isInvalidGrant(
      await authorizationServer.tokenAs(client, {
        grant_type: 'authorization_code',
        code: randomText(),
        redirect_uri: client.redirectUri,
        code_verifier: randomText(),
      }),
    );
  },
};
