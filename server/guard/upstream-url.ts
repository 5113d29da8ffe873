import { isLoopbackHost } from '../../oauth/resource-identifier.ts';
import { err, ok, type Result } from '../../oauth/result.ts';

const isLoopback = (hostname: string): boolean =>
  isLoopbackHost(hostname) || /^127(?:\.\d{1,3}){3}$/.test(hostname);

/**
 * The URL of the server behind the guard. Guarantees that it is on loopback: anywhere else the
 * identity header would travel in the clear, and the server could be reached without the guard.
 */
export const parseUpstreamUrl = (value: string): Result<URL, string> => {
  if (!URL.canParse(value)) return err(`must be an absolute URL, got ${JSON.stringify(value)}`);
  const url = new URL(value);
  if (url.protocol !== 'http:') return err(`must use http, got ${url.protocol}//`);
  if (!isLoopback(url.hostname)) return err(`must be on loopback, got ${url.hostname}`);
  if (url.username || url.password || url.search || url.hash)
    return err('must have no user information, query or fragment');
  return ok(url);
};
