import type { SecretSearch } from './secret-search.ts';

/** A `fetch` for a scripted browser that notes every secret the browser is given or sent along with. */

const secretParameters = ['code', 'state', 'nonce', '_csrf', 'ticket', 'form_token'];

const noteUrl = (url: URL, secrets: SecretSearch): void => {
  for (const name of secretParameters)
    for (const value of url.searchParams.getAll(name)) secrets.add(`${name} in a URL`, value);
};

const noteCookies = (response: Response, secrets: SecretSearch): void => {
  for (const header of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
    secrets.add(
      `cookie ${name?.replace(/-[\w-]{12}(\.\d)?$/, '')}`,
      decodeURIComponent(value ?? ''),
    );
  }
};

const noteForms = (html: string, secrets: SecretSearch): void => {
  for (const [, name, value] of html.matchAll(/name="(\w+)" value="([^"]+)"/g))
    if (secretParameters.includes(name ?? '')) secrets.add(`${name} in a form`, value);
};

export const watchedFetch =
  (secrets: SecretSearch): typeof fetch =>
  async (input, init) => {
    noteUrl(new URL(input instanceof Request ? input.url : input), secrets);
    const response = await fetch(input, init);
    noteCookies(response, secrets);
    const location = response.headers.get('location');
    if (location) noteUrl(new URL(location, response.url), secrets);
    noteForms(await response.clone().text(), secrets);
    return response;
  };
