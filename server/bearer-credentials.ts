import type { Rejection } from '../oauth/rejection.ts';
import { err, ok, type Result } from '../oauth/result.ts';

// RFC 6750 §2.1: "Bearer" 1*SP b64token; one space is what every client sends, so one it is.
const bearerSyntax = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/i;
const bearerScheme = /^Bearer(?: |$)/i;

/**
 * Takes the access token out of a request. Only the Authorization header counts (RFC 6750 §2.1):
 * a token in the URL is refused even when the header carries one too, because it ends up in logs,
 * histories and Referer headers.
 *
 * Does not look at the token itself.
 *
 * @see [RFC 6750 §2](https://www.rfc-editor.org/rfc/rfc6750#section-2)
 */
export const bearerCredentials = (request: {
  readonly authorization: string | null;
  readonly duplicateAuthorization: boolean;
  readonly query: URLSearchParams;
}): Result<string, Rejection> => {
  const { authorization, duplicateAuthorization, query } = request;
  if (query.has('access_token')) return err({ reason: 'in_query' });
  if (duplicateAuthorization) return err({ reason: 'duplicate_header' });
  // RFC 6750 §3.1: an unsupported scheme counts as no authentication information at all.
  if (authorization === null || !bearerScheme.test(authorization))
    return err({ reason: 'token_missing' });
  const token = bearerSyntax.exec(authorization)?.[1];
  return token === undefined ? err({ reason: 'malformed' }) : ok(token);
};
