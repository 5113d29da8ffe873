import { type Check, skipped, verdict } from '../../check.ts';
import { briefly } from '../../http/answer.ts';
import { randomText } from '../../oauth/pkce.ts';

export const check: Check = {
  id: 'a-limit-on-guessing-codes-says-so-in-json',
  title:
    'The token endpoint limits guesses with 429, because a page of a firewall looks like an outage to a client',
  requirement: 'RFC 6749 §5.2; RFC 6585 §4',
  since: '2025-03-26',
  severity: 'note',
  run: async (target) => {
    if (!target.allowsBursts)
      return skipped('sends 30 requests at once: ask for it with --rate-limits');
    const { authorizationServer } = target;
    const client = await authorizationServer.client();
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => authorizationServer.refresh(client, randomText())),
    );
    const odd = answers.find(({ status }) => ![400, 401, 429].includes(status));
    return verdict(odd === undefined, odd ? briefly(odd) : '400 or 429', '400 or 429');
  },
};
