import { type Check, passed } from '../../check.ts';
import { registrationIsRefused } from '../../expect/registration.ts';

export const check: Check = {
  id: 'scripts-are-not-redirect-targets',
  title:
    'A javascript: or data: redirect URI is refused, because a browser would run it on the page of the server',
  requirement: 'RFC 9700 §2.1; MCP authorization, communication security',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    for (const uri of ['javascript:alert(1)', 'data:text/html,hello']) {
      const outcome = await registrationIsRefused(target, { redirect_uris: [uri] });
      if (outcome.kind !== 'passed') return outcome;
    }
    return passed();
  },
};
