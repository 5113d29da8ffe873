import { type Check, verdict } from '../../check.ts';
import { stringsIn } from '../../http/answer.ts';

export const check: Check = {
  id: 'the-scopes-are-listed',
  title:
    'The metadata lists the scopes to ask for, because clients without a challenge ask for all of these',
  requirement: 'RFC 9728 §2; MCP 2025-11-25 authorization, scope selection',
  since: '2025-11-25',
  severity: 'warning',
  run: async (target) => {
    const { document } = await target.resourceMetadata();
    const scopes = stringsIn(document, 'scopes_supported');
    return verdict(
      scopes.length > 0,
      `scopes_supported: ${scopes.join(' ') || 'absent'}`,
      'one or more',
    );
  },
};
