import { type Answer, isRedirect, isWebPage } from '../http/answer.ts';
import type { HttpClient } from '../http/http-client.ts';
import {
  assertFirstPassword,
  type Browser,
  LoginProblem,
  leaves,
  maxPages,
  type Person,
} from './browser.ts';
import { createCookieJar } from './cookie-jar.ts';
import { filledForm, formToUse, isLoginForm } from './fill-form.ts';
import { formsOf, wordsOf } from './html-form.ts';

/** Walks login pages made of plain HTML forms: cookies, redirects, a few pages, then back to the client. */

type Visit =
  | { readonly kind: 'left'; readonly url: URL }
  | { readonly kind: 'page'; readonly page: Answer };

const maxHops = 15;

interface Step {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly body?: string;
  readonly origin?: string;
}

const stepOf = async (page: Answer, person: Person): Promise<Step> => {
  const form = formToUse(formsOf(page.text, page.url));
  if (!form)
    throw new LoginProblem(
      `a page of the login has no form, perhaps it needs scripts and a real browser (--browser): "${wordsOf(page.text)}"`,
    );
  const data = await filledForm(form, person);
  if (!data) throw new LoginProblem('the page has no button that says no');
  if (form.method === 'POST')
    return { method: 'POST', url: form.action, body: data.toString(), origin: page.url.origin };
  const url = new URL(form.action);
  url.search = data.toString();
  return { method: 'GET', url };
};

const asksForPassword = (page: Answer): boolean =>
  formsOf(page.text, page.url).some(
    (form) => isLoginForm(form) && form.fields.some(({ type }) => type === 'password'),
  );

const assertWalkable = (page: Answer): void => {
  if (page.status < 400 && isWebPage(page)) return;
  const words = isWebPage(page) ? `: "${wordsOf(page.text)}"` : '';
  throw new LoginProblem(`the login ended at ${page.url.host} with ${page.status}${words}`);
};

export const createFormBrowser = (http: HttpClient): Browser => {
  const jar = createCookieJar();

  const take = async (step: Step): Promise<Answer> => {
    const cookie = jar.headerFor(step.url);
    const answer = await http.send({
      method: step.method,
      url: step.url,
      headers: {
        accept: 'text/html,application/xhtml+xml',
        'user-agent': 'Mozilla/5.0 (compatible; cdk-secure-mcp-verify/1)',
        ...(cookie !== undefined && { cookie }),
        ...(step.origin !== undefined && { origin: step.origin }),
        ...(step.body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(step.body !== undefined && { body: step.body }),
    });
    jar.store(answer);
    return answer;
  };

  const follow = async (first: Step, leaveAt: string): Promise<Visit> => {
    let step = first;
    for (let hop = 0; hop < maxHops; hop += 1) {
      if (leaves(step.url.href, leaveAt)) return { kind: 'left', url: step.url };
      const answer = await take(step);
      if (!isRedirect(answer)) return { kind: 'page', page: answer };
      step = { method: 'GET', url: new URL(answer.headers.location as string, answer.url) };
    }
    throw new LoginProblem(`the login redirects without end, last to ${step.url.host}`);
  };

  return {
    open: async (url, leaveAt) => (await follow({ method: 'GET', url }, leaveAt)).kind,
    walk: async (start, leaveAt, person) => {
      let visit = await follow({ method: 'GET', url: start }, leaveAt);
      let passwords = 0;
      for (let count = 0; visit.kind === 'page' && count < maxPages; count += 1) {
        assertWalkable(visit.page);
        if (asksForPassword(visit.page)) passwords += 1;
        assertFirstPassword(passwords);
        visit = await follow(await stepOf(visit.page, person), leaveAt);
      }
      if (visit.kind === 'left') return visit.url;
      throw new LoginProblem(`the login had more than ${maxPages} pages`);
    },
  };
};
