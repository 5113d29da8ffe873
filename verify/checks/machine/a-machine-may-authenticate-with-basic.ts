import { type Check, verdict } from '../../check.ts';
import { machineOf } from '../../expect/machine.ts';
import { briefly, jsonOf, stringIn } from '../../http/answer.ts';
import type { Client } from '../../oauth/client.ts';

export const check: Check = {
  id: 'a-machine-may-authenticate-with-basic',
  title:
    'A machine client may send its secret in the Authorization header, because that is the default of OAuth',
  requirement: 'MCP extension oauth-client-credentials: client_secret_basic; RFC 6749 §2.3.1',
  since: '2026-07-28',
  severity: 'warning',
  run: async (target) => {
    const machine: Client = { ...machineOf(target), authentication: 'client_secret_basic' };
    const form = { grant_type: 'client_credentials' };
    const answer = await target.authorizationServer.tokenAs(machine, form);
    return verdict(
      stringIn(jsonOf(answer), 'access_token') !== undefined,
      briefly(answer),
      'an access token',
    );
  },
};
