import { type Check, verdict } from '../../check.ts';

export const check: Check = {
  id: 'the-challenge-names-the-scopes-to-ask-for',
  title:
    'The challenge names the scopes to ask for, because some clients otherwise ask for none and get a code that cannot be exchanged',
  requirement: 'MCP 2025-11-25 authorization, scope selection; RFC 6750 §3',
  since: '2025-11-25',
  severity: 'warning',
  run: async (target) => {
    const { scope } = (await target.challenge()).parameters;
    return verdict(Boolean(scope?.trim()), `scope: ${scope ?? 'absent'}`, 'one or more scopes');
  },
};
