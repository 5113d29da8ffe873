import type { ScriptedBrowser, VisitedPage } from './scripted-browser.ts';

/** Walks the whole login as a person would: consent, Cognito's login page, back to the client. */

export interface SignInSteps {
  readonly username: string;
  readonly password: string;
  /** @default 'allow' */
  readonly decision?: 'allow' | 'deny';
  /** Tells the browser where the client listens. @default - the first URL with a `code` or `error` that is neither origin's own */
  readonly redirectUri: string;
  /** Called for every page on the way. */
  readonly onPage?: (page: VisitedPage) => void;
}

const isLoginPage = (page: VisitedPage): boolean => /type="password"/.test(page.html);

/** The URL that the client receives: with `code`, `state` and `iss`, or with an error. */
export const signInAs = async (
  browser: ScriptedBrowser,
  authorizationUrl: string | URL,
  steps: SignInSteps,
): Promise<URL> => {
  const { username, password, decision = 'allow', redirectUri, onPage = () => {} } = steps;
  const leaveAt = (url: URL) => url.href.startsWith(`${redirectUri}?`);
  let visit = await browser.open(authorizationUrl, leaveAt);
  // Consent, login, perhaps one repeated login; anything longer is a loop.
  for (let step = 0; step < 4 && visit.kind === 'page'; step += 1) {
    const { page } = visit;
    onPage(page);
    if (page.status >= 400) break;
    const fields: Record<string, string> = isLoginPage(page)
      ? { username, password }
      : { decision };
    visit = await browser.submit(page, fields, leaveAt);
  }
  if (visit.kind === 'left') return visit.url;
  const text = visit.page.html.replaceAll(/<style[\s\S]*?<\/style>|<[^>]+>/g, ' ');
  throw new Error(
    `the login ended on a page (${visit.page.status}): ${text.replaceAll(/\s+/g, ' ').trim().slice(0, 300)}`,
  );
};
