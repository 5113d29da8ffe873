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
export const challengeOf = (
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

/** The answer to a refusal. Never says more than the public part of the reason. */
export const refusalAnswer = (
  rejection: Rejection,
  form: RefusalForm,
  settings: ChallengeSettings,
): WholeAnswer => {
  const { status } = wireError(rejection.reason);
  const challenge = challengeOf(rejection, settings);
  const retryAfter = rejection.retryAfterSeconds ?? (status === 503 ? 2 : undefined);
  return jsonAnswer(status, bodyOf(rejection.reason, form), {
    'cache-control': 'no-store',
    ...(challenge && { 'www-authenticate': challenge }),
    ...(status === 405 && { allow: 'POST, GET, DELETE, OPTIONS' }),
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
  });
};

/** Of a reason that is not about the token, so that there is no challenge to fill in. */
export const unchallengedRefusal = (rejection: Rejection): WholeAnswer =>
  refusalAnswer(rejection, 'json-rpc', { resourceMetadataUrl: '', everydayScopes: [] });

/** The answer to a fault: says nothing but that there was one (CWE-209). */
export const faultAnswer = (): WholeAnswer =>
  jsonAnswer(500, jsonRpcError(-32603, 'Internal error'), { 'cache-control': 'no-store' });
