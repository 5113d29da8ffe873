import type { Answer } from '../http/answer.ts';

/** The cookies of one browser, kept per host name as RFC 6265 §8.5 has it: ports do not separate them. */
export interface CookieJar {
  readonly store: (answer: Answer) => void;
  /** The `Cookie` field for a request, or nothing. */
  readonly headerFor: (url: URL) => string | undefined;
}

const isExpired = (attributes: readonly string[]): boolean =>
  attributes.some((attribute) => {
    const [name = '', value = ''] = attribute.trim().split('=', 2);
    if (name.toLowerCase() === 'max-age') return Number(value) <= 0;
    return name.toLowerCase() === 'expires' && Date.parse(value) < Date.now();
  });

export const createCookieJar = (): CookieJar => {
  const hosts = new Map<string, Map<string, string>>();
  return {
    store: ({ url, cookies }) => {
      const jar = hosts.get(url.hostname) ?? new Map<string, string>();
      hosts.set(url.hostname, jar);
      for (const cookie of cookies) {
        const [pair = '', ...attributes] = cookie.split(';');
        const name = pair.slice(0, pair.indexOf('=')).trim();
        if (isExpired(attributes)) jar.delete(name);
        else jar.set(name, pair.slice(pair.indexOf('=') + 1).trim());
      }
    },
    headerFor: (url) => {
      const pairs = [...(hosts.get(url.hostname) ?? [])].map((pair) => pair.join('='));
      return pairs.length > 0 ? pairs.join('; ') : undefined;
    },
  };
};
