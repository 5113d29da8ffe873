import type { Check } from '../../check.ts';
import { loopbackRedirect } from '../../expect/loopback-redirect.ts';
import { isNotBlocked } from '../../expect/not-blocked.ts';

export const check: Check = {
  id: 'a-loopback-redirect-in-the-query-passes',
  title:
    'A redirect URI with an IPv4 address in the query is not taken for an attack, because every native client sends one',
  requirement: 'AWS WAF core rule set: GenericRFI and EC2MetaDataSSRF rules',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { authorizationServer } = target;
    const client = await authorizationServer.client();
    const ordinary = await authorizationServer.authorize({
      response_type: undefined,
      redirect_uri: undefined,
    });
    const { answer } = await authorizationServer.authorize(
      { redirect_uri: await loopbackRedirect(target) },
      client,
    );
    return isNotBlocked(answer, ordinary.answer);
  },
};
