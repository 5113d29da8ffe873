import { type Check, skipped, verdict } from '../../check.ts';
import { answerToToken, assertGuarded } from '../../expect/token-refusal.ts';
import { briefly } from '../../http/answer.ts';
import { bearerChallengeIn } from '../../oauth/challenge.ts';
import { garbageToken } from '../../oauth/forged-token.ts';

export const check: Check = {
  id: 'a-refused-token-is-called-invalid',
  title:
    'The challenge for a refused token says invalid_token, because clients refresh at once when they read that',
  requirement: 'RFC 6750 §3.1; ChatGPT refreshes on invalid_token',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    await assertGuarded(target);
    const answer = await answerToToken(target, garbageToken());
    const challenge = bearerChallengeIn(answer.headers['www-authenticate']);
    if (!challenge) return skipped(`the refusal carries no Bearer challenge: ${briefly(answer)}`);
    const { error } = challenge.parameters;
    return verdict(error === 'invalid_token', `error: ${error ?? 'absent'}`, 'invalid_token');
  },
};
