import { bearerChallenge } from '../oauth/bearer-challenge.ts';
import { type Rejection, type RejectionReason, wireError } from '../oauth/rejection.ts';
import { jsonAnswer, type WholeAnswer } from './answer.ts';

/** What a refusal looks like on the wire. The reason is in the log; here it becomes vague. */

export interface ChallengeSettings {
  readonly resourceMetadataUrl: string;
  readonly everydayScopes: readonly string[];
}

/** Whether the caller expects JSON-RPC: true for a POST to the MCP path. */
export type RefusalForm = 'json-rpc' | 'plain';

// JSON-RPC 2.0 §5.1. Codes -32020 to -32099 belong to the MCP specification.
const jsonRpcCode = (reason: RejectionReason, status: number): number => {
  if (reason === 'body_malformed') return -32700;
  return status >= 500 ? -32603 : -32600;
};

const plainName: Record<number, string> = {
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  429: 'too_many_requests',
  502: 'bad_gateway',
  503: 'temporarily_unavailable',
};

const isAboutToken = (reason: RejectionReason): boolean => {
  const { status, error } = wireError(reason);
  return status === 401 || error !== undefined;
};

const bodyOf = (reason: RejectionReason, form: RefusalForm): unknown => {
  const { status, error, description } = wireError(reason);
  if (isAboutToken(reason)) return { error, error_description: description };
  if (form === 'json-rpc') return jsonRpcError(jsonRpcCode(reason, status), description);
  return { error: plainName[status] ?? 'invalid_request', error_description: description };
};

const jsonRpcError = (code: number, message: string) => ({
  jsonrpc: '2.0',
  error: { code, message },
  id: null,
});

/**
 * The challenge that belongs to a refusal, if one does. It always names the metadata document and
 * the scopes to ask for, since clients learn both from here (RFC 9728 §5.1, RFC 6750 §3).
 */
const challengeOf = (
  { reason, requiredScopes }: Rejection,
  { resourceMetadataUrl, everydayScopes }: ChallengeSettings,
): string | undefined => {
  if (!isAboutToken(reason)) return undefined;
  const { error, description } = wireError(reason);
  return bearerChallenge({
    resourceMetadataUrl,
    scopes: requiredScopes ?? everydayScopes,
    ...(error && { error, errorDescription: description }),
  });
};

const wordingOf = (
  reason: RejectionReason,
  form: RefusalForm,
  challenge: string | undefined,
): WholeAnswer => {
  const { status } = wireError(reason);
  return jsonAnswer(status, bodyOf(reason, form), {
    'cache-control': 'no-store',
    ...(challenge && { 'www-authenticate': challenge }),
    ...(status === 405 && { allow: 'POST, GET, DELETE, OPTIONS' }),
    ...(status === 503 && { 'retry-after': '2' }),
  });
};

/** The answer to a refusal. Never says more than the public part of the reason. */
export type Refuse = (rejection: Rejection, form: RefusalForm) => WholeAnswer;

/**
 * Says every refusal once and repeats it: a stranger gets nothing written anew. Only what one refusal
 * alone can say, the scopes it asks for and the time to wait, is put together when it is refused.
 */
export const createRefusals = (settings: ChallengeSettings): Refuse => {
  const wordings = new Map<string, WholeAnswer>();
  const common = (reason: RejectionReason, form: RefusalForm): WholeAnswer => {
    const key = `${form} ${reason}`;
    const known = wordings.get(key);
    if (known) return known;
    const wording = wordingOf(reason, form, challengeOf({ reason }, settings));
    wordings.set(key, wording);
    return wording;
  };
  return (rejection, form) => {
    const { reason, requiredScopes, retryAfterSeconds } = rejection;
    const { status, headers, body } = requiredScopes
      ? wordingOf(reason, form, challengeOf(rejection, settings))
      : common(reason, form);
    if (retryAfterSeconds === undefined) return { status, headers, body };
    return { status, headers: { ...headers, 'retry-after': String(retryAfterSeconds) }, body };
  };
};

const unchallenged = createRefusals({ resourceMetadataUrl: '', everydayScopes: [] });

/** Of a reason that is not about the token, so that there is no challenge to fill in. */
export const unchallengedRefusal = (rejection: Rejection): WholeAnswer =>
  unchallenged(rejection, 'json-rpc');

/** The answer to a fault: says nothing but that there was one (CWE-209). */
export const faultAnswer = (): WholeAnswer =>
  jsonAnswer(500, jsonRpcError(-32603, 'Internal error'), { 'cache-control': 'no-store' });
