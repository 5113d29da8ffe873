import { Unmet } from '../check.ts';
import { isLoopback } from '../http/http-client.ts';
import type { Target } from '../target.ts';

/**
 * The client's redirect URI on another port, and with another path if one is given.
 * @throws Unmet when the client has a web page to return to
 */
export const loopbackRedirect = async (
  { authorizationServer }: Target,
  pathname?: string,
): Promise<string> => {
  const url = new URL((await authorizationServer.client()).redirectUri);
  if (url.protocol !== 'http:' || !isLoopback(url))
    throw new Unmet('the client has no redirect URI on loopback');
  url.port = '51789';
  if (pathname !== undefined) url.pathname = pathname;
  return url.href;
};
