import { type Check, verdict } from '../../check.ts';
import { briefly } from '../../http/answer.ts';
import { randomText } from '../../oauth/pkce.ts';

export const check: Check = {
  id: 'a-code-is-never-repeated',
  title: 'What was sent as a code is not in the answer, because error texts are logged and shown',
  requirement: 'CWE-532',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const marker = `verify-${randomText(18)}`;
    const { authorizationServer } = target;
    const client = await authorizationServer.client();
    const answer = await authorizationServer.refresh(client, marker);
    const isRepeated = answer.text.includes(marker);
    return verdict(
      !isRepeated,
      isRepeated ? 'the refresh token is in the answer' : briefly(answer),
      'not repeated',
    );
  },
};
