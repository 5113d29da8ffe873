import { type Check, verdict } from '../../check.ts';
import { stringIn } from '../../http/answer.ts';

export const check: Check = {
  id: 'clients-can-register-themselves',
  title:
    'A registration endpoint is named, because clients without a metadata document have no other way in',
  requirement: 'RFC 7591 §3; RFC 8414 §2',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { document } = await target.serverMetadata();
    const endpoint = stringIn(document, 'registration_endpoint');
    return verdict(endpoint !== undefined && URL.canParse(endpoint), endpoint ?? 'absent', 'a URL');
  },
};
