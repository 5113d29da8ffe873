import { type Check, failed, verdict } from '../../check.ts';
import { freshGrant } from '../../expect/grant.ts';
import { tokensOf } from '../../oauth/token-requests.ts';

export const check: Check = {
  id: 'a-refresh-rotates-the-token',
  title:
    'A refresh hands out a new refresh token, because a public client cannot prove who it is in any other way',
  requirement: 'OAuth 2.1 §4.3.1; MCP 2025-06-18 authorization, token theft',
  since: '2025-06-18',
  severity: 'error',
  run: async (target) => {
    const { client, refreshToken } = await freshGrant(target);
    const answer = await target.authorizationServer.refresh(client, refreshToken);
    const next = tokensOf(answer).refreshToken;
    if (next === undefined) return failed('no refresh token', 'a new one');
    return verdict(
      next !== refreshToken,
      next === refreshToken ? 'the same' : 'a new one',
      'a new one',
    );
  },
};
