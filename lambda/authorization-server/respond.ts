import { type OAuthRefusal, oauthWireError } from '../../oauth/oauth-error.ts';

/** How answers leave: every header that protects a response is set here. */

const always = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  // An authorization code must not leak in a Referer (RFC 9700 §4.2.4).
  'Referrer-Policy': 'no-referrer',
} as const;

/**
 * For pages. `form-action` is left out on purpose: browsers apply it to the whole redirect chain
 * after a form, which runs over Cognito and any federated provider to the client's redirect URI.
 * Cross-Origin-Opener-Policy is left out too: it would cut the popup in which web clients wait.
 */
const pageHeaders = (contentSecurityPolicy: string) => ({
  ...always,
  // Under no-referrer a browser sends `Origin: null` with the page's own form; this keeps it real.
  'Referrer-Policy': 'same-origin',
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Frame-Options': 'DENY',
});

const withCookies = (headers: Record<string, string>, cookies: readonly string[]): Headers => {
  const result = new Headers(headers);
  for (const cookie of cookies) result.append('Set-Cookie', cookie);
  return result;
};

export const json = (
  status: number,
  body: object,
  headers: Record<string, string> = {},
): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { ...always, 'Content-Type': 'application/json', Pragma: 'no-cache', ...headers },
  });

/** RFC 6749 §5.2. A failed Basic authentication is answered with its own scheme, as §5.2 demands. */
export const oauthError = (refusal: OAuthRefusal, usedBasic = false): Response => {
  const { status, error, description } = oauthWireError(refusal.reason);
  return json(
    status,
    { error, error_description: description },
    {
      ...(status === 401 && usedBasic && { 'WWW-Authenticate': 'Basic realm="oauth"' }),
      ...(status === 503 && { 'Retry-After': '5' }),
    },
  );
};

/** 303, so that a POST becomes a GET and a form's content is never sent on (RFC 9700 §4.12). */
export const redirect = (location: string, cookies: readonly string[] = []): Response =>
  new Response(null, {
    status: 303,
    headers: withCookies({ ...always, Location: location }, cookies),
  });

/** A page and the policy it was built for. */
export interface Page {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

export const page = (
  status: number,
  { html, contentSecurityPolicy }: Page,
  cookies: readonly string[] = [],
): Response =>
  new Response(html, { status, headers: withCookies(pageHeaders(contentSecurityPolicy), cookies) });
