import { parseSetCookie } from 'cookie';

/**
 * A user agent that does what a person with a browser does: follows redirects, keeps cookies per
 * host, fills in forms. It runs no scripts, and no page of this project needs one.
 */

export interface PageForm {
  readonly action: string;
  readonly method: string;
  /** Hidden and pre-filled fields. */
  readonly fields: Readonly<Record<string, string>>;
}

export interface VisitedPage {
  readonly url: string;
  readonly status: number;
  readonly html: string;
  readonly forms: readonly PageForm[];
}

/** Where a visit ended: on a page, or at a URL that the browser was told to leave alone. */
export type Visit =
  | { readonly kind: 'page'; readonly page: VisitedPage }
  | { readonly kind: 'left'; readonly url: URL };

export interface ScriptedBrowser {
  /** Opens a URL and follows redirects until a page, or until `leaveAt` says that a client takes over. */
  open(url: string | URL, leaveAt?: (url: URL) => boolean): Promise<Visit>;
  submit(
    page: VisitedPage,
    fields: Readonly<Record<string, string>>,
    leaveAt?: (url: URL) => boolean,
  ): Promise<Visit>;
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};
const decodeEntities = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (entity) => entities[entity] as string);

const attribute = (tag: string, name: string): string | undefined => {
  const value = new RegExp(`\\s${name}="([^"]*)"`, 'i').exec(tag)?.[1];
  return value === undefined ? undefined : decodeEntities(value);
};

const formsOf = (html: string, url: string): readonly PageForm[] =>
  [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, open = '', content = '']) => {
    const inputs = [...content.matchAll(/<input\b[^>]*>/gi)].map(([tag]) => tag);
    const fields = inputs
      .filter((tag) => !['checkbox', 'radio', 'submit'].includes(attribute(tag, 'type') ?? ''))
      .map((tag) => [attribute(tag, 'name') ?? '', attribute(tag, 'value') ?? ''] as const)
      .filter(([name]) => name !== '');
    return {
      action: new URL(attribute(` ${open}`, 'action') ?? '', url).href,
      method: (attribute(` ${open}`, 'method') ?? 'get').toUpperCase(),
      fields: Object.fromEntries(fields),
    };
  });

const maxRedirects = 20;

/**
 * A fresh browser: no cookies, nobody signed in.
 * @param fetchPage how pages are fetched; tests put a server in between that has no socket
 */
export const createScriptedBrowser = (fetchPage: typeof fetch = fetch): ScriptedBrowser => {
  // Like a real jar, cookies are kept per host name: ports do not separate them (RFC 6265 §8.5).
  const jar = new Map<string, Map<string, string>>();

  const keepCookies = (url: URL, response: Response): void => {
    const cookies = jar.get(url.hostname) ?? new Map<string, string>();
    jar.set(url.hostname, cookies);
    for (const header of response.headers.getSetCookie()) {
      const { name, value, maxAge } = parseSetCookie(header);
      if (maxAge === 0 || value === undefined) cookies.delete(name);
      else cookies.set(name, value);
    }
  };

  const cookieHeader = (url: URL): Record<string, string> => {
    const cookies = [...(jar.get(url.hostname) ?? new Map<string, string>())];
    return cookies.length === 0
      ? {}
      : {
          cookie: cookies.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('; '),
        };
  };

  const visit = async (
    start: URL,
    init: RequestInit,
    leaveAt: (url: URL) => boolean,
  ): Promise<Visit> => {
    let url = start;
    let request = init;
    for (let hop = 0; hop < maxRedirects; hop += 1) {
      if (leaveAt(url)) return { kind: 'left', url };
      const headers = { accept: 'text/html', ...cookieHeader(url), ...request.headers };
      const response = await fetchPage(url, { ...request, headers, redirect: 'manual' });
      keepCookies(url, response);
      const location = response.headers.get('location');
      if (location === null || response.status < 300 || response.status > 399) {
        const html = await response.text();
        const page = {
          url: url.href,
          status: response.status,
          html,
          forms: formsOf(html, url.href),
        };
        return { kind: 'page', page };
      }
      await response.body?.cancel();
      url = new URL(location, url);
      request = {};
    }
    throw new Error(`too many redirects, last to ${url.origin}${url.pathname}`);
  };

  const never = () => false;
  return {
    open: (url, leaveAt = never) => visit(new URL(url), {}, leaveAt),
    submit: (page, fields, leaveAt = never) => {
      const [form] = page.forms;
      if (!form) throw new Error(`no form on the page at ${page.url} (status ${page.status})`);
      const body = new URLSearchParams({ ...form.fields, ...fields });
      const headers = { origin: new URL(page.url).origin };
      return visit(new URL(form.action), { method: form.method, body, headers }, leaveAt);
    },
  };
};
