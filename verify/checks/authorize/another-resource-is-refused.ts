import type { Check } from '../../check.ts';
import { requestIsRefused } from '../../expect/authorization-refusal.ts';

export const check: Check = {
  id: 'another-resource-is-refused',
  title: 'A request for another resource is refused, because its token would be for somebody else',
  requirement: 'RFC 8707 §2',
  since: '2025-06-18',
  severity: 'error',
  run: async (target) => {
    return requestIsRefused(target, { resource: 'https://other.example/mcp' }, 'invalid_target');
  },
};
