import type { IncomingCall } from './incoming-call.ts';

/**
 * CORS for MCP clients that run in a browser. Origins were checked before; nothing here widens the
 * list. Credentials mode stays off: the access token travels in a header, never in a cookie.
 */

const exposedHeaders =
  'WWW-Authenticate, MCP-Protocol-Version, Mcp-Session-Id, X-Correlation-Id, Retry-After';
const headerNames = /^[A-Za-z0-9-]+(?:\s*,\s*[A-Za-z0-9-]+)*$/;

/** Lets an allowed origin read the answer, above all the challenge. */
export const originHeaders = (origin: string | null): Readonly<Record<string, string>> =>
  origin === null
    ? { vary: 'Origin' }
    : {
        vary: 'Origin',
        'access-control-allow-origin': origin,
        'access-control-expose-headers': exposedHeaders,
      };

/** Answers a preflight. Header names are reflected, since `Mcp-Param-*` has no fixed list. */
export const preflightResponse = ({ headers }: Pick<IncomingCall, 'headers'>): Response => {
  const asked = headers.get('access-control-request-headers') ?? '';
  return new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-methods': 'POST, GET, DELETE',
      ...(headerNames.test(asked) && { 'access-control-allow-headers': asked }),
      'access-control-max-age': '600',
    },
  });
};

/** Public documents are for everybody, without looking at the origin. */
export const openCors = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET',
  'access-control-allow-headers': '*',
} as const;
