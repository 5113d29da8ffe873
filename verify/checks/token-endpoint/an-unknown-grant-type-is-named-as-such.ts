import { type Check, verdict } from '../../check.ts';
import { briefly, jsonOf } from '../../http/answer.ts';

export const check: Check = {
  id: 'an-unknown-grant-type-is-named-as-such',
  title:
    'An unknown grant type is answered with unsupported_grant_type, because the client has to know what to fix',
  requirement: 'RFC 6749 §5.2',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { authorizationServer } = target;
    const form = { grant_type: 'urn:example:unknown' };
    const answer = await authorizationServer.tokenAs(await authorizationServer.client(), form);
    const { error } = jsonOf(answer) ?? {};
    return verdict(
      answer.status === 400 && error === 'unsupported_grant_type',
      briefly(answer),
      '400 error=unsupported_grant_type',
    );
  },
};
