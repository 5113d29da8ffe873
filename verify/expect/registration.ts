import { type Outcome, verdict } from '../check.ts';
import { briefly, isSuccess, type JsonObject, jsonOf, stringIn } from '../http/answer.ts';
import type { Target } from '../target.ts';

export const registrationIsAccepted = async (
  target: Target,
  changes: JsonObject,
): Promise<Outcome> => {
  const answer = await target.authorizationServer.register(changes);
  const clientId = stringIn(jsonOf(answer), 'client_id');
  return verdict(isSuccess(answer) && clientId !== undefined, briefly(answer), 'a client_id');
};

/** RFC 7591 §3.2.2: 400, and JSON that says what was wrong. */
export const registrationIsRefused = async (
  target: Target,
  changes: JsonObject,
): Promise<Outcome> => {
  const answer = await target.authorizationServer.register(changes);
  return verdict(
    answer.status >= 400 && answer.status < 500,
    briefly(answer),
    '400 with error=invalid_redirect_uri or invalid_client_metadata',
  );
};
