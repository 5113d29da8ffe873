import { type Check, verdict } from '../../check.ts';

export const check: Check = {
  id: 'the-response-names-its-issuer',
  title:
    'The server says that its responses carry iss, because it is the only protection against mix-up of servers',
  requirement: 'RFC 9207 §3; MCP 2026-07-28 authorization',
  since: '2026-07-28',
  severity: 'warning',
  run: async (target) => {
    const { document } = await target.serverMetadata();
    const value = document.authorization_response_iss_parameter_supported;
    return verdict(
      value === true,
      `authorization_response_iss_parameter_supported: ${String(value ?? 'absent')}`,
      'true',
    );
  },
};
