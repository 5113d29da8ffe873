import * as oauth from 'oauth4webapi';
import type { OAuthRefusal } from '../../oauth/oauth-error.ts';

// Cognito's error codes that mean "this user, this code, this token": final, not worth a retry.
const refusals: Readonly<Record<string, OAuthRefusal['reason']>> = {
  invalid_grant: 'grant_revoked_upstream',
  access_denied: 'upstream_denied',
  login_required: 'login_required',
  invalid_scope: 'nothing_granted',
  invalid_client: 'upstream_refused',
  unauthorized_client: 'upstream_refused',
};

/** What went wrong upstream, as a refusal. Never carries the upstream's text: it may quote a token. */
export const upstreamRefusal = (error: unknown): OAuthRefusal => {
  if (error instanceof oauth.AuthorizationResponseError) return authorizationRefusal(error);
  if (error instanceof oauth.ResponseBodyError) {
    const isTransient = error.status >= 500 || error.status === 429;
    const reason = isTransient
      ? 'upstream_unavailable'
      : (refusals[error.error] ?? 'upstream_refused');
    return { reason, evidence: { upstreamError: error.error, upstreamStatus: error.status } };
  }
  if (error instanceof oauth.OperationProcessingError) return processingRefusal(error);
  // fetch: connection refused, reset, time-out.
  return { reason: 'upstream_unavailable', evidence: { cause: (error as Error).name } };
};

const authorizationRefusal = (error: oauth.AuthorizationResponseError): OAuthRefusal => {
  // Cognito reports a scope it does not know as invalid_request with this description.
  const isScope = error.error_description === 'invalid_scope';
  const reason = isScope ? 'nothing_granted' : (refusals[error.error] ?? 'upstream_denied');
  return { reason, evidence: { upstreamError: error.error } };
};

const processingRefusal = (error: oauth.OperationProcessingError): OAuthRefusal => {
  const response = error.cause instanceof Response ? error.cause : undefined;
  const isTransient = response && (response.status >= 500 || response.status === 429);
  return {
    reason: isTransient ? 'upstream_unavailable' : 'upstream_refused',
    evidence: {
      cause: error.code ?? 'processing',
      ...(response && { upstreamStatus: response.status }),
    },
  };
};
