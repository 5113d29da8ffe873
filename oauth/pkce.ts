import { err, ok, type Result } from './result.ts';

/**
 * RFC 7636, S256 only. `plain` and a missing method (which RFC 7636 §4.3 defaults to `plain`) are
 * refused for every client, confidential ones included (OAuth 2.1 §4.1.1).
 */

// RFC 7636 §4.2: BASE64URL(SHA256(verifier)) is always 43 characters.
const s256Challenge = /^[A-Za-z0-9_-]{43}$/;
// RFC 7636 §4.1: 43 to 128 unreserved characters.
const verifierSyntax = /^[A-Za-z0-9\-._~]{43,128}$/;

export type PkceRejection = 'pkce_missing' | 'pkce_method_refused' | 'pkce_malformed';

/** Accepts the two parameters of an authorization request; gives back the challenge. */
export const validateCodeChallenge = (
  codeChallenge: string | undefined,
  codeChallengeMethod: string | undefined,
): Result<string, PkceRejection> => {
  if (!codeChallenge) return err('pkce_missing');
  if (codeChallengeMethod !== 'S256') return err('pkce_method_refused');
  if (!s256Challenge.test(codeChallenge)) return err('pkce_malformed');
  return ok(codeChallenge);
};

/** RFC 7636 §4.2, by Web Crypto. */
export const s256 = async (codeVerifier: string): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(codeVerifier));
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
};

/**
 * Whether the verifier of a token request belongs to the challenge of its authorization request.
 * Both sides are digests of secrets, so comparing them leaks nothing worth timing.
 *
 * @see [RFC 7636 §4.6](https://www.rfc-editor.org/rfc/rfc7636#section-4.6)
 */
export const verifyCodeChallenge = async (
  codeVerifier: string | undefined,
  codeChallenge: string,
): Promise<boolean> =>
  codeVerifier !== undefined &&
  verifierSyntax.test(codeVerifier) &&
  (await s256(codeVerifier)) === codeChallenge;
