import { type Check, verdict } from '../../check.ts';
import { answerBeyondScope } from '../../expect/grant.ts';
import { briefly } from '../../http/answer.ts';
import { bearerChallengeIn } from '../../oauth/challenge.ts';

export const check: Check = {
  id: 'too-little-scope-is-named',
  title:
    "An operation beyond the token's scope gets 403, insufficient_scope and the scopes it takes, because clients then ask for those",
  requirement: 'MCP 2025-11-25 authorization, scope challenge; RFC 6750 §3.1',
  since: '2025-11-25',
  severity: 'error',
  run: async (target) => {
    const answer = await answerBeyondScope(target);
    const challenge = bearerChallengeIn(answer.headers['www-authenticate']);
    const { error, scope, resource_metadata: url } = challenge?.parameters ?? {};
    const isRight =
      answer.status === 403 && error === 'insufficient_scope' && Boolean(scope) && Boolean(url);
    return verdict(
      isRight,
      `${briefly(answer)}, challenge: ${challenge ? Object.keys(challenge.parameters).join(', ') : 'none'}`,
      '403 with error="insufficient_scope", scope and resource_metadata',
    );
  },
};
