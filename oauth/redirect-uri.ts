import { isLoopbackHost } from './resource-identifier.ts';
import { err, ok, type Result } from './result.ts';

/**
 * Redirect URIs: what may be registered, and what a request may use. OAuth 2.1 §2.3.1 wants exact
 * string comparison; RFC 8252 §7.3 makes one exception, the port of a loopback URI.
 */

/** What an operator may narrow. Omitting a list does not weaken anything below it. */
export interface RedirectPolicy {
  /** https hosts that may receive codes: exact names, or `*.example.com` for subdomains. Absent: any host. */
  readonly httpsHosts?: readonly string[];
  /** Whether `http://localhost`, `127.0.0.1` and `[::1]` may be registered by native clients. */
  readonly allowLoopback: boolean;
  /** Private-use schemes (RFC 8252 §7.1) that may be registered. Absent: any that is not on the deny-list. */
  readonly privateUseSchemes?: readonly string[];
}

export const openRedirectPolicy: RedirectPolicy = { allowLoopback: true };

export type RedirectUriRejection =
  | 'redirect_uri_malformed'
  | 'redirect_uri_scheme_refused'
  | 'redirect_uri_fragment'
  | 'redirect_uri_userinfo'
  | 'redirect_uri_plain_http'
  | 'redirect_uri_host_refused';

/** RFC 6749 gives no limit; Cognito's own is 1024 and no client comes near it. */
export const maxRedirectUriLength = 1024;

// Schemes that a browser runs, reads files with, or hands to something other than the client.
const deniedSchemes = new Set(
  `javascript data vbscript file blob about view-source filesystem ftp ftps sftp ssh telnet ws wss
   mailto tel sms sip sips facetime intent android-app itms-services chrome chrome-extension
   moz-extension microsoft-edge search-ms jar resource http+unix urn ldap ldaps gopher smb vnc
   rdp`.split(/\s+/),
);

// `ms-msdt:` and its many relatives start programs of Windows; one letter is a drive, not a scheme.
const isDeniedScheme = (scheme: string): boolean =>
  deniedSchemes.has(scheme) || scheme.startsWith('ms-') || scheme.length === 1;

// Printable ASCII without space, quotes, angle brackets, backslash, caret, backtick, braces, pipe:
// browsers and parsers disagree about those, and a disagreement is an open redirect.
const safeCharacters = /^[\x21\x23-\x3B\x3D\x3F-\x5B\x5D\x5F\x61-\x7A\x7E]+$/;

const hostMatches = (hostname: string, pattern: string): boolean =>
  pattern.startsWith('*.') ? hostname.endsWith(pattern.slice(1)) : hostname === pattern;

/**
 * Whether a client may register this URI: https, http on loopback, or a private-use scheme; never
 * a fragment, user information or a scheme that a browser would execute.
 *
 * Does not check who owns the host: consent shows it to the user.
 *
 * @see [RFC 8252 §7](https://www.rfc-editor.org/rfc/rfc8252#section-7)
 */
export const validateRedirectUri = (
  uri: string,
  policy: RedirectPolicy,
): Result<string, RedirectUriRejection> => {
  if (uri.length > maxRedirectUriLength || !safeCharacters.test(uri) || !URL.canParse(uri))
    return err('redirect_uri_malformed');
  const url = new URL(uri);
  const scheme = url.protocol.slice(0, -1);
  if (uri.includes('#')) return err('redirect_uri_fragment');
  if (url.username || url.password || /^[a-z][a-z0-9+.-]*:\/\/[^/?]*@/i.test(uri))
    return err('redirect_uri_userinfo');
  if (scheme === 'https') return validateHttps(uri, url, policy);
  if (scheme === 'http') return validateLoopback(uri, url, policy);
  if (isDeniedScheme(scheme)) return err('redirect_uri_scheme_refused');
  const listed = policy.privateUseSchemes?.includes(scheme) ?? true;
  return listed ? ok(uri) : err('redirect_uri_scheme_refused');
};

const validateHttps = (
  uri: string,
  url: URL,
  policy: RedirectPolicy,
): Result<string, RedirectUriRejection> => {
  // The parser repairs `https:/host`, upper case and default ports; a registered URI is compared as a
  // string, so only the spelling that the parser would write is accepted.
  if (!url.href.startsWith(uri)) return err('redirect_uri_malformed');
  const hosts = policy.httpsHosts;
  if (hosts && !hosts.some((pattern) => hostMatches(url.hostname, pattern)))
    return err('redirect_uri_host_refused');
  return ok(uri);
};

const validateLoopback = (
  uri: string,
  url: URL,
  policy: RedirectPolicy,
): Result<string, RedirectUriRejection> => {
  if (!isLoopbackHost(url.hostname)) return err('redirect_uri_plain_http');
  if (!loopbackParts(uri)) return err('redirect_uri_malformed');
  return policy.allowLoopback ? ok(uri) : err('redirect_uri_host_refused');
};

// No port 0 and no leading zeros: parsers would read another port than the one that was compared.
const loopbackSyntax = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(?::([1-9]\d{0,4}))?(\/[^#]*)?$/;

/** Host and path of a loopback URI as written; undefined for every other URI. */
const loopbackParts = (uri: string): { host: string; path: string } | undefined => {
  const match = loopbackSyntax.exec(uri);
  if (!match || Number(match[2] ?? 80) > 65_535) return undefined;
  return { host: match[1] as string, path: match[3] ?? '/' };
};

/** Whether the code would go to whatever process listens on this machine: no proof of who that is. */
export const isLoopbackRedirect = (uri: string): boolean => loopbackParts(uri) !== undefined;

/** What a person should see of a redirect URI: its host, or its scheme for a private-use URI. */
export const redirectDestination = (uri: string): string => {
  const url = new URL(uri);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.host : url.protocol;
};

/**
 * Whether a request may use this URI: equal to a registered one, character for character; for
 * loopback http everything but the port (RFC 8252 §7.3), and only the host name and path that were
 * registered, since `localhost` and `127.0.0.1` need not be the same machine's interface.
 */
export const matchesRedirectUri = (requested: string, registered: readonly string[]): boolean => {
  if (requested.length > maxRedirectUriLength || !safeCharacters.test(requested)) return false;
  if (registered.includes(requested)) return true;
  const wanted = loopbackParts(requested);
  if (!wanted) return false;
  return registered
    .map(loopbackParts)
    .some((have) => have?.host === wanted.host && have.path === wanted.path);
};
