import { type Outcome, Unmet, verdict } from '../check.ts';
import { type Answer, briefly } from '../http/answer.ts';
import { legacyMessage } from '../mcp/message.ts';
import { resultIn } from '../mcp/reply.ts';
import type { ForgedClaims } from '../oauth/forged-token.ts';
import type { Target } from '../target.ts';

/** A server that serves everybody has no door whose lock could be tried. */
export const assertGuarded = async (target: Target): Promise<void> => {
  if (resultIn(await target.unauthenticated()))
    throw new Unmet('the server asks nobody for a token');
};

/** The claims that this server would expect of a real token. */
export const forgedClaims = async (target: Target): Promise<ForgedClaims> => ({
  issuer: await target.issuer(),
  resource: target.url.href,
  scopes: await target
    .challenge()
    .then(({ parameters }) => (parameters.scope ?? '').split(' '))
    .catch(() => []),
});

/** Presents a value as the access token. */
export const answerToToken = async (target: Target, token: string): Promise<Answer> => {
  target.secrets.keep(token);
  return target.post(legacyMessage('tools/list'), { authorization: `Bearer ${token}` });
};

/** RFC 6750 §3.1: a token that is no good is answered with 401. */
export const tokenIsRefused = async (target: Target, token: string): Promise<Outcome> => {
  await assertGuarded(target);
  const answer = await answerToToken(target, token);
  return verdict(answer.status === 401, briefly(answer), '401');
};
