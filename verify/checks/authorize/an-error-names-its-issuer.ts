import { type Check, skipped, verdict } from '../../check.ts';

export const check: Check = {
  id: 'an-error-names-its-issuer',
  title:
    'An error comes back with iss, because a client with several servers has to know which one refused',
  requirement: 'RFC 9207 §2; MCP 2026-07-28 authorization',
  since: '2026-07-28',
  severity: 'warning',
  run: async (target) => {
    const issuer = await target.issuer();
    const { answer, read } = await target.authorizationServer.authorize({ response_type: 'token' });
    if (read.kind !== 'error')
      return skipped(`the error does not go to the client: ${answer.status}`);
    const iss = read.parameters.get('iss');
    return verdict(iss === issuer, `iss: ${iss ?? 'absent'}`, issuer);
  },
};
