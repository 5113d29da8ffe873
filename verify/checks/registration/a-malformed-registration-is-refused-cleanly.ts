import { type Check, verdict } from '../../check.ts';
import { briefly, jsonOf, stringIn } from '../../http/answer.ts';
import { register, registrationEndpointOf } from '../../oauth/registration.ts';

export const check: Check = {
  id: 'a-malformed-registration-is-refused-cleanly',
  title:
    'A body that is not JSON is refused with 400 and JSON, because a server error would look like an outage',
  requirement: 'RFC 7591 §3.2.2',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { document } = await target.serverMetadata();
    const answer = await register(
      target.http,
      registrationEndpointOf(document),
      '{"redirect_uris":',
    );
    const isClean =
      answer.status >= 400 &&
      answer.status < 500 &&
      stringIn(jsonOf(answer), 'error') !== undefined;
    return verdict(isClean, briefly(answer), '400 with error=invalid_client_metadata');
  },
};
