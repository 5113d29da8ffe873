import { ClientRefusal } from './demands.ts';

/** `fetch` as a page of another origin has it: preflights first, and only readable headers are read. */

const safelistedMethods = new Set(['GET', 'HEAD', 'POST']);
const safelistedHeaders = new Set(['accept', 'accept-language', 'content-language']);
const safelistedTypes = new Set(['application/x-www-form-urlencoded', 'text/plain']);
const safelistedResponseHeaders = new Set([
  ...['cache-control', 'content-language', 'content-length', 'content-type'],
  ...['expires', 'last-modified', 'pragma'],
]);

const refuse = (why: string): never => {
  throw new ClientRefusal('cors', why);
};

const listed = (response: Response, header: string): readonly string[] =>
  (response.headers.get(header) ?? '').split(',').map((item) => item.trim().toLowerCase());

/** Names of the request headers that a browser asks permission for (Fetch §4.8). */
const headersToAskFor = (headers: Headers): readonly string[] =>
  [...headers]
    .filter(
      ([name, value]) =>
        !safelistedHeaders.has(name) &&
        !(name === 'content-type' && safelistedTypes.has(value.split(';')[0] ?? '')),
    )
    .map(([name]) => name)
    .sort();

const checkOrigin = (response: Response, origin: string, what: string): void => {
  const allowed = response.headers.get('access-control-allow-origin');
  if (allowed !== '*' && allowed !== origin)
    refuse(`${what} with Access-Control-Allow-Origin ${allowed}`);
};

const readable = (response: Response): Response => {
  const exposed = new Set(listed(response, 'access-control-expose-headers'));
  for (const name of [...response.headers.keys()]) {
    if (!exposed.has(name) && !safelistedResponseHeaders.has(name)) response.headers.delete(name);
  }
  return response;
};

/** The Fetch standard's CORS protocol without credentials mode, for one page origin. */
export const browserFetch = (network: typeof fetch, origin: string): typeof fetch =>
  (async (input: URL | string, init: RequestInit = {}) => {
    const url = new URL(input);
    const method = init.method ?? 'GET';
    // As the browser would send it: `Request` adds the content type of a form body.
    const headers = new Headers(new Request(url, init).headers);
    const asked = headersToAskFor(headers);
    if (asked.length > 0 || !safelistedMethods.has(method)) {
      const preflight = await network(url, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': method,
          ...(asked.length > 0 && { 'access-control-request-headers': asked.join(', ') }),
        },
      });
      const what = `a preflight of ${method} ${url.pathname}`;
      if (!preflight.ok) refuse(`${what} with status ${preflight.status}`);
      checkOrigin(preflight, origin, what);
      const methods = listed(preflight, 'access-control-allow-methods');
      if (!safelistedMethods.has(method) && !methods.includes(method.toLowerCase()))
        refuse(`${what} that allows ${methods.join(', ')}`);
      const allowed = listed(preflight, 'access-control-allow-headers');
      // `*` never covers Authorization (Fetch §4.9).
      const missing = asked.filter(
        (name) => !allowed.includes(name) && (name === 'authorization' || !allowed.includes('*')),
      );
      if (missing.length > 0) refuse(`${what} that does not allow ${missing.join(', ')}`);
    }
    headers.set('origin', origin);
    const response = await network(url, { ...init, headers });
    checkOrigin(response, origin, `${method} ${url.pathname}`);
    return readable(new Response(response.body, response));
  }) as typeof fetch;
