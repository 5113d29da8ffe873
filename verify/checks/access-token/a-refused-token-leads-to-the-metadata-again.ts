import { type Check, skipped, verdict } from '../../check.ts';
import { answerToToken, assertGuarded } from '../../expect/token-refusal.ts';
import { bearerChallengeIn } from '../../oauth/challenge.ts';
import { garbageToken } from '../../oauth/forged-token.ts';

export const check: Check = {
  id: 'a-refused-token-leads-to-the-metadata-again',
  title:
    'The challenge for a refused token names the metadata too, because the authorization server may have changed',
  requirement: 'RFC 9728 §5.1; MCP 2025-06-18 authorization',
  since: '2025-06-18',
  severity: 'error',
  run: async (target) => {
    await assertGuarded(target);
    if ((await target.challenge()).parameters.resource_metadata === undefined)
      return skipped('not even the first challenge does');
    const answer = await answerToToken(target, garbageToken());
    const url = bearerChallengeIn(answer.headers['www-authenticate'])?.parameters.resource_metadata;
    return verdict(
      url !== undefined,
      `resource_metadata: ${url ?? 'absent'}`,
      'as in the first challenge',
    );
  },
};
