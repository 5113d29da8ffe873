import type { Check } from '../../check.ts';
import { requestGoesOn } from '../../expect/authorization-refusal.ts';

export const check: Check = {
  id: 'a-request-without-a-resource-goes-on',
  title:
    'A request without a resource goes on, because clients of 2025-03-26 do not know the parameter',
  requirement: 'MCP 2025-03-26 authorization: clients send none',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    return requestGoesOn(target, { resource: undefined });
  },
};
