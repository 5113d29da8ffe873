import type { Check } from '../../check.ts';
import { registrationIsAccepted } from '../../expect/registration.ts';

export const check: Check = {
  id: 'vs-code-may-register-its-four-redirects',
  title:
    'The four redirect URIs of VS Code are accepted together, because it gives up when one of them is refused',
  requirement: 'VS Code: one registration with four redirect URIs',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    return registrationIsAccepted(target, {
      client_name: 'Visual Studio Code (verify)',
      redirect_uris: [
        'http://127.0.0.1:33418/',
        'http://127.0.0.1/',
        'https://vscode.dev/redirect',
        'https://insiders.vscode.dev/redirect',
      ],
    });
  },
};
