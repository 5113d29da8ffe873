import { err, ok, type Result } from './result.ts';

/**
 * RFC 8707 §2: the `resource` a client names must be this server.
 * Tolerates one trailing slash, which clients built on `new URL()` add, and nothing else: no case
 * folding, no default port, no sub-path. A resource that was not sent at all is this server, for
 * clients older than MCP 2025-06-18.
 *
 * Does not check that the identifier itself is well formed: see {@link parseResourceIdentifier}.
 *
 * @see [RFC 8707 §2](https://www.rfc-editor.org/rfc/rfc8707#section-2)
 */
export const isThisResource = (
  requested: string | undefined,
  resourceIdentifier: string,
): boolean =>
  requested === undefined ||
  requested === resourceIdentifier ||
  requested === `${resourceIdentifier}/`;

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether a URL's host is one of the three loopback spellings of RFC 8252 §7.3 and §8.3. */
export const isLoopbackHost = (hostname: string): boolean => loopbackHosts.has(hostname);

/**
 * Accepts a canonical MCP server URI: absolute, https (or http on loopback), no fragment, no query,
 * no userinfo, no trailing slash, and spelled exactly as a URL parser writes it, because `aud`,
 * Cognito's resource server and the metadata document are compared byte for byte.
 *
 * @example
 * const parsed = parseResourceIdentifier('https://mcp.example.com/mcp');
 * if (!parsed.ok) throw new Error(parsed.error);
 */
export const parseResourceIdentifier = (value: string): Result<string, string> => {
  if (!URL.canParse(value)) return err(`must be an absolute URL, got ${JSON.stringify(value)}`);
  const url = new URL(value);
  const isLoopback = url.protocol === 'http:' && isLoopbackHost(url.hostname);
  if (url.protocol !== 'https:' && !isLoopback) return err(`must use https, got ${url.protocol}//`);
  if (url.hash || url.search || url.username || url.password)
    return err('must have no query, fragment or user information');
  if (url.pathname === '/' || url.pathname.endsWith('/'))
    return err('must have a path that does not end in a slash, such as /mcp');
  if (url.href !== value) return err(`must be written in its canonical form ${url.href}`);
  return ok(value);
};
