import { type Check, verdict } from '../../check.ts';

export const check: Check = {
  id: 'a-person-can-say-no',
  title:
    'A person who says no sends the client home with access_denied, because it must not wait forever',
  requirement: 'OAuth 2.1 §4.1.2.1: access_denied',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { parameters } = await target.authorizationServer.signIn({ decision: 'deny' });
    const error = parameters.get('error');
    return verdict(error === 'access_denied', `error: ${error ?? 'absent'}`, 'access_denied');
  },
};
