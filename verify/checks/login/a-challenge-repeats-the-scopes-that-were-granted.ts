import { type Check, skipped, verdict } from '../../check.ts';
import { answerBeyondScope, narrowScopes } from '../../expect/grant.ts';
import { bearerChallengeIn } from '../../oauth/challenge.ts';

export const check: Check = {
  id: 'a-challenge-repeats-the-scopes-that-were-granted',
  title:
    'The challenge for more scope includes what was granted, because SDK v1 clients would otherwise trade old for new',
  requirement:
    'MCP 2025-11-25 authorization, scope challenge; SDK v1 asks for exactly the challenged set',
  since: '2025-11-25',
  severity: 'warning',
  run: async (target) => {
    const answer = await answerBeyondScope(target);
    const scope = bearerChallengeIn(answer.headers['www-authenticate'])?.parameters.scope;
    if (scope === undefined) return skipped('there is no challenge with scopes');
    const [granted = ''] = await narrowScopes(target);
    return verdict(scope.split(' ').includes(granted), `scope: ${scope}`, `${granted} among them`);
  },
};
