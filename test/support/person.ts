import { createScriptedBrowser, type VisitedPage } from '../../dev/scripted-browser.ts';
import { signInAs } from '../../dev/sign-in-as.ts';

/** Somebody with a browser, and what they do when a client sends them to log in. */
export interface Person {
  readonly username: string;
  readonly password: string;
}

/**
 * Consent, login, and the last redirect, which opens the client's own callback listener. Gives back
 * the pages that were seen and the URL that the client received.
 */
export const signInAndReturn = async (
  person: Person,
  authorizationUrl: URL,
  options: { readonly decision?: 'allow' | 'deny' } = {},
): Promise<{ readonly answer: URL; readonly pages: readonly VisitedPage[] }> => {
  const pages: VisitedPage[] = [];
  const answer = await signInAs(createScriptedBrowser(), authorizationUrl, {
    username: person.username,
    password: person.password,
    redirectUri: authorizationUrl.searchParams.get('redirect_uri') ?? '',
    onPage: (page) => pages.push(page),
    ...options,
  });
  const response = await fetch(answer);
  if (!response.ok) throw new Error(`the client's callback answered ${response.status}`);
  return { answer, pages };
};
