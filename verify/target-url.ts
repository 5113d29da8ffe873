import { UsageError } from './command-line.ts';
import { isLoopback } from './http/http-client.ts';

/** The address to verify, or why it is none. Plain http only where nobody can listen in. */
export const parseTargetUrl = (text: string): URL => {
  if (!URL.canParse(text))
    throw new UsageError('the address is not a URL: https://mcp.example.com/mcp');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    throw new UsageError('the address carries a user name or password: leave them out');
  if (url.hash !== '')
    throw new UsageError('the address has a fragment, which no server ever sees');
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))) return url;
  throw new UsageError(
    `${url.protocol}//${url.host} is not verified: https, or http on this machine; tokens must not travel in the clear`,
  );
};
