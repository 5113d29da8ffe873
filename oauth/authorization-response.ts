import { type OAuthRefusalReason, oauthWireError } from './oauth-error.ts';

/**
 * RFC 6749 §4.1.2 with RFC 9207: the URL that carries a code or an error back to the client.
 * `iss` is on every response, errors included, and `state` comes back as it went in.
 */

interface ResponseTarget {
  readonly redirectUri: string;
  readonly state?: string;
  readonly issuer: string;
}

// Appended as text: parsing and re-serialising would rewrite what the client registered.
const appendQuery = (uri: string, members: Readonly<Record<string, string>>): string =>
  `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams(members)}`;

export const authorizationResponse = (target: ResponseTarget, code: string): string =>
  appendQuery(target.redirectUri, {
    code,
    ...(target.state !== undefined && { state: target.state }),
    iss: target.issuer,
  });

export const authorizationErrorResponse = (
  target: ResponseTarget,
  reason: OAuthRefusalReason,
): string => {
  const { error, description } = oauthWireError(reason);
  return appendQuery(target.redirectUri, {
    // RFC 6749 §4.1.2.1 knows no invalid_client or invalid_grant in an authorization response.
    error,
    error_description: description,
    ...(target.state !== undefined && { state: target.state }),
    iss: target.issuer,
  });
};
