import { type Check, verdict } from '../../check.ts';
import { stringsIn } from '../../http/answer.ts';

export const check: Check = {
  id: 'refresh-is-offered',
  title: 'The refresh grant is offered, because otherwise people sign in again every hour',
  requirement: 'RFC 8414 §2; RFC 6749 §6',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { document } = await target.serverMetadata();
    const grants = stringsIn(document, 'grant_types_supported');
    return verdict(
      grants.includes('refresh_token'),
      grants.join(', ') || 'absent',
      'refresh_token',
    );
  },
};
