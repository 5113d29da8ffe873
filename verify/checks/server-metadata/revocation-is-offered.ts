import { type Check, verdict } from '../../check.ts';
import { stringIn } from '../../http/answer.ts';

export const check: Check = {
  id: 'revocation-is-offered',
  title: 'A revocation endpoint is named, because a client that is removed should end its access',
  requirement: 'RFC 7009; RFC 8414 §2',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { document } = await target.serverMetadata();
    const endpoint = stringIn(document, 'revocation_endpoint');
    return verdict(endpoint !== undefined, endpoint ?? 'absent', 'a URL');
  },
};
