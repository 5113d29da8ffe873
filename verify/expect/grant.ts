import { Unmet } from '../check.ts';
import type { Answer } from '../http/answer.ts';
import { legacyMessage } from '../mcp/message.ts';
import { bearerChallengeIn } from '../oauth/challenge.ts';
import type { RegisteredClient } from '../oauth/registration.ts';
import { tokensOf } from '../oauth/token-requests.ts';
import type { Target } from '../target.ts';

/** Sign-ins that a check may use up. */

export interface FreshGrant {
  readonly client: RegisteredClient;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** @throws Unmet when a login gives no refresh token */
export const freshGrant = async (target: Target): Promise<FreshGrant> => {
  const { authorizationServer } = target;
  const signedIn = await authorizationServer.signIn();
  const { accessToken, refreshToken } = tokensOf(await authorizationServer.redeem(signedIn));
  if (refreshToken === undefined) throw new Unmet('there is no refresh token');
  return { client: signedIn.client, accessToken, refreshToken };
};

/** The first of the scopes that a client would ask for. @throws Unmet when there are not several */
export const narrowScopes = async (target: Target): Promise<readonly string[]> => {
  const { client, request } = target.authorizationServer;
  const scopes = ((await request(await client())).scope ?? '').split(' ').filter(Boolean);
  if (scopes.length < 2) throw new Unmet('there are not several scopes');
  return scopes.slice(0, 1);
};

export class ScopeNotEnforced extends Unmet {}

// What a token with one scope may do is the server's business; one of these should be too much.
const operations = [
  ['tools/call', { name: 'verify-no-such-tool', arguments: {} }],
  ['resources/list', {}],
  ['prompts/list', {}],
  ['tools/list', {}],
] as const;

/** The answer to the first operation that a token with a single scope may not do. */
export const answerBeyondScope = async (target: Target): Promise<Answer> => {
  const { authorizationServer } = target;
  const [scope] = await narrowScopes(target);
  const signedIn = await authorizationServer.signIn({ scope });
  const { accessToken } = tokensOf(await authorizationServer.redeem(signedIn));
  const authorization = { authorization: `Bearer ${accessToken}` };
  for (const [method, params] of operations) {
    const answer = await target.post(legacyMessage(method, params), authorization);
    const { error } = bearerChallengeIn(answer.headers['www-authenticate'])?.parameters ?? {};
    if (error === 'invalid_token') throw new Unmet('the access token is refused');
    if (answer.status === 401 || answer.status === 403) return answer;
  }
  throw new ScopeNotEnforced(`nothing is refused to a token with nothing but ${scope}`);
};
