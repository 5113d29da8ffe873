import { type Check, verdict } from '../../check.ts';

export const check: Check = {
  id: 'the-challenge-does-not-ask-for-offline-access',
  title:
    "The challenge does not ask for offline_access, because whether to have refresh tokens is not the resource's business",
  requirement: 'MCP 2026-07-28 authorization, refresh tokens',
  since: '2026-07-28',
  severity: 'warning',
  run: async (target) => {
    const { scope = '' } = (await target.challenge()).parameters;
    return verdict(
      !scope.split(' ').includes('offline_access'),
      `scope: ${scope}`,
      'no offline_access',
    );
  },
};
