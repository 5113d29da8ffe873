import { parseCookie, stringifySetCookie } from 'cookie';

/**
 * Cookies of the broker. On https they carry the `__Host-` prefix, so that no sibling domain can
 * plant them; local mode runs on http://localhost, where not every browser accepts that prefix.
 */

export interface Cookies {
  get(name: string): string | undefined;
  /** A value that {@link setChunked} has split. */
  getChunked(name: string): string | undefined;
  /** Names that start with `prefix`, without the `__Host-` part. */
  names(prefix: string): readonly string[];
  set(name: string, value: string, maxAgeSeconds: number): string;
  clear(name: string): string;
}

// Browsers keep at most 4096 bytes of name, value and attributes; longer values are split.
const chunkLength = 3800;
const maxChunks = 4;

const readChunks = (values: Readonly<Record<string, string | undefined>>, name: string) => {
  const first = values[name];
  if (first === undefined) return undefined;
  const rest = Array.from({ length: maxChunks - 1 }, (_, index) => values[`${name}.${index + 1}`]);
  const end = rest.indexOf(undefined);
  return first + rest.slice(0, end === -1 ? undefined : end).join('');
};

/** Reads a request's cookies and writes `Set-Cookie` values, for one issuer. */
export const cookiesOf = (request: Request, issuer: string): Cookies => {
  const isSecure = issuer.startsWith('https:');
  const prefix = isSecure ? '__Host-' : '';
  const values = parseCookie(request.headers.get('cookie') ?? '');
  const write = (name: string, value: string, maxAge: number): string =>
    stringifySetCookie({
      name: prefix + name,
      value,
      httpOnly: true,
      secure: isSecure,
      // Lax, not Strict: the callback arrives by a redirect from Cognito.
      sameSite: 'lax',
      path: '/',
      maxAge,
    });
  return {
    get: (name) => values[prefix + name],
    getChunked: (name) => readChunks(values, prefix + name),
    names: (start) =>
      Object.keys(values)
        .filter((name) => name.startsWith(prefix + start))
        .map((name) => name.slice(prefix.length)),
    set: (name, value, maxAge) => write(name, value, maxAge),
    clear: (name) => write(name, '', 0),
  };
};

/** Splits a long value over several cookies; read back as one by {@link Cookies.getChunked}.
 * Undefined when it is longer than browsers are willing to keep. */
export const setChunked = (
  cookies: Cookies,
  name: string,
  value: string,
  maxAgeSeconds: number,
): readonly string[] | undefined => {
  const chunks = value.match(new RegExp(`.{1,${chunkLength}}`, 'g')) ?? [];
  if (chunks.length > maxChunks) return undefined;
  return chunks.map((chunk, index) =>
    cookies.set(index === 0 ? name : `${name}.${index}`, chunk, maxAgeSeconds),
  );
};
