import { type Check, skipped, verdict } from '../../check.ts';

export const check: Check = {
  id: 'the-answer-names-its-issuer',
  title:
    'The answer carries iss, exactly the issuer, because clients reject it where the metadata promises one',
  requirement: 'RFC 9207 §2.4; MCP 2026-07-28 authorization',
  since: '2026-07-28',
  severity: 'error',
  run: async (target) => {
    const { document } = await target.serverMetadata();
    const iss = (await target.login()).signedIn.parameters.get('iss');
    if (iss === null && document.authorization_response_iss_parameter_supported !== true)
      return skipped('the metadata does not promise one');
    const issuer = await target.issuer();
    return verdict(iss === issuer, `iss: ${iss ?? 'absent'}`, issuer);
  },
};
