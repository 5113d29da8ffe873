import type { Check } from '../../check.ts';
import { isInvalidGrant } from '../../expect/grant-refusal.ts';
import { randomText } from '../../oauth/pkce.ts';

export const check: Check = {
  id: 'a-dead-refresh-token-is-an-invalid-grant',
  title:
    'A refresh token that is no good is answered with 400 invalid_grant, because clients retry everything else forever',
  requirement: 'RFC 6749 §5.2; Claude: invalid_grant asks for a new sign-in',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { authorizationServer } = target;
    return isInvalidGrant(
      await authorizationServer.refresh(await authorizationServer.client(), randomText(), {
        resource: undefined,
      }),
    );
  },
};
