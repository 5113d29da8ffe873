import { type Check, verdict } from '../../check.ts';
import { neededString } from '../../http/answer.ts';
import { urlWith } from '../../oauth/authorization.ts';

export const check: Check = {
  id: 'a-second-client-is-asked-about-again',
  title:
    'A second client in the same browser is asked about again, because the first answer was not about it',
  requirement: 'MCP security best practices, confused deputy: consent per client',
  since: '2025-06-18',
  severity: 'error',
  run: async (target) => {
    const { authorizationServer } = target;
    const { browser } = (await target.login()).signedIn;
    const second = await authorizationServer.stranger();
    const { document } = await target.serverMetadata();
    const endpoint = neededString(document, 'authorization_endpoint', 'the metadata');
    const url = urlWith(endpoint, await authorizationServer.request(second));
    const kind = await browser.open(url, second.redirectUri);
    return verdict(
      kind === 'page',
      kind === 'page' ? 'a page' : 'a code without a question',
      'a page',
    );
  },
};
