import { Unmet } from '../check.ts';
import type { Answer } from '../http/answer.ts';
import { legacyMessage } from '../mcp/message.ts';
import { bearerChallengeIn } from '../oauth/challenge.ts';
import type { Client } from '../oauth/client.ts';
import { tokensOf } from '../oauth/token-requests.ts';
import type { Target } from '../target.ts';
import { machineAnswer } from './machine.ts';

/** Sign-ins that a check may use up. */

export interface FreshGrant {
  readonly client: Client;
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
  const scopes = await target.scopes();
  if (scopes.length < 2) throw new Unmet('there are not several scopes');
  return scopes.slice(0, 1);
};

/** A token with nothing but this scope: of a person, or of a machine where no person was given. */
const narrowToken = async (target: Target, scope: string | undefined): Promise<string> => {
  const { authorizationServer, credentials } = target;
  if (credentials.username === undefined && credentials.machineId !== undefined)
    return tokensOf(await machineAnswer(target, scope)).accessToken;
  const signedIn = await authorizationServer.signIn({ scope });
  return tokensOf(await authorizationServer.redeem(signedIn)).accessToken;
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
  const [scope] = await narrowScopes(target);
  const authorization = { authorization: `Bearer ${await narrowToken(target, scope)}` };
  for (const [method, params] of operations) {
    const answer = await target.post(legacyMessage(method, params), authorization);
    const { error } = bearerChallengeIn(answer.headers['www-authenticate'])?.parameters ?? {};
    if (error === 'invalid_token') throw new Unmet('the access token is refused');
    if (answer.status === 401 || answer.status === 403) return answer;
  }
  throw new ScopeNotEnforced(`nothing is refused to a token with nothing but ${scope}`);
};
