import { type Check, verdict } from '../../check.ts';
import { stringsIn } from '../../http/answer.ts';

export const check: Check = {
  id: 'public-clients-are-welcome',
  title:
    'Clients without a secret are welcome at the token endpoint, because a program on a laptop cannot keep one',
  requirement: 'RFC 8414 §2; Claude: CIMD needs token_endpoint_auth_methods_supported with none',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { document } = await target.serverMetadata();
    const methods = stringsIn(document, 'token_endpoint_auth_methods_supported');
    return verdict(
      methods.includes('none'),
      methods.join(', ') || 'absent, which means client_secret_basic',
      'none',
    );
  },
};
