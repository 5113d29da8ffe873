import type { Check } from '../../check.ts';
import { knownClientGoesOn } from '../../expect/known-client.ts';

export const check: Check = {
  id: 'copilot-cli-may-use-another-port-than-it-declares',
  title: 'Copilot CLI may listen on another port than its document declares, because it does',
  requirement: 'RFC 8252 §7.3; github/copilot-cli issue 4793',
  since: '2025-11-25',
  severity: 'warning',
  run: async (target) => {
    return knownClientGoesOn(
      target,
      'https://github.com/copilot/cli/client-metadata.json',
      'http://127.0.0.1:51234/',
    );
  },
};
