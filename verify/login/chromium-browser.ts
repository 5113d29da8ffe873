import { setTimeout as sleep } from 'node:timers/promises';
import {
  assertFirstPassword,
  type Browser,
  LoginProblem,
  leaves,
  maxPages,
  type Person,
} from './browser.ts';
import type { Chromium, Message } from './chromium.ts';
import { lookAtPage, type PageView, usePage } from './page-script.ts';

/** Walks login pages as a person with a real browser does: for pages that are made by scripts. */

const pollMs = 100;

/** One window with cookies of its own. */
interface Tab {
  readonly send: (method: string, params?: Readonly<Record<string, unknown>>) => Promise<unknown>;
  /** Where the browser wanted to go when it left. */
  readonly left: () => URL | undefined;
  /** From now on, requests to this address are answered with nothing. */
  readonly leaveAt: (address: string) => Promise<void>;
}

const openTab = async (chromium: Chromium): Promise<Tab> => {
  const { browserContextId } = await chromium.send('Target.createBrowserContext');
  const { targetId } = await chromium.send('Target.createTarget', {
    url: 'about:blank',
    browserContextId,
  });
  const { sessionId } = await chromium.send('Target.attachToTarget', { targetId, flatten: true });
  const send: Tab['send'] = (method, params) => chromium.send(method, params, sessionId as string);
  let address = '';
  let left: URL | undefined;
  const onPaused = ({ params }: Message): void => {
    const { requestId, request } = params;
    // Nothing listens there: whatever the browser has to say is in the address.
    if (leaves(request.url, address)) left = new URL(request.url);
    const end = leaves(request.url, address)
      ? send('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
      : send('Fetch.continueRequest', { requestId });
    end.catch(() => undefined);
  };
  chromium.onEvent((message) => {
    if (message.sessionId === sessionId && message.method === 'Fetch.requestPaused')
      onPaused(message);
  });
  await send('Page.enable');
  return {
    send,
    left: () => left,
    leaveAt: async (wanted) => {
      address = wanted;
      left = undefined;
      await send('Fetch.enable', { patterns: [{ urlPattern: `${wanted}*` }] });
    },
  };
};

const evaluated = async <T>(tab: Tab, expression: string): Promise<T | undefined> => {
  try {
    const answer = (await tab.send('Runtime.evaluate', { expression, returnByValue: true })) as {
      readonly result?: { readonly value?: T };
    };
    return answer.result?.value;
  } catch {
    // The page went away in between: look again.
    return undefined;
  }
};

const look = (tab: Tab): Promise<PageView | undefined> =>
  evaluated<PageView>(tab, `(${lookAtPage.toString()})()`);

/** The next page that a person could do something with; undefined when the browser has left. */
const nextPage = async (
  tab: Tab,
  before: string | undefined,
  timeoutMs: number,
): Promise<PageView | undefined> => {
  const deadline = Date.now() + timeoutMs;
  let seen: PageView | undefined;
  while (Date.now() < deadline) {
    if (tab.left()) return undefined;
    seen = await look(tab);
    if (seen && seen.kind !== 'nothing' && seen.mark !== before) return seen;
    await sleep(pollMs);
  }
  throw new LoginProblem(`the login does not go on: "${seen?.words ?? 'an empty page'}"`);
};

const act = async (tab: Tab, { kind }: PageView, person: Person): Promise<void> => {
  const { username, password, decision } = person;
  if (kind === 'code' && !person.code)
    throw new LoginProblem('the login asks for a one-time code: give the key (VERIFY_TOTP_KEY)');
  const code = kind === 'code' ? ((await person.code?.()) ?? '') : '';
  const input = JSON.stringify({ username, password, decision, code });
  const call = `(${usePage.toString()})(${JSON.stringify(kind)}, ${input})`;
  if ((await evaluated<boolean>(tab, call)) === false)
    throw new LoginProblem(
      decision === 'deny' ? 'the page has no button that says no' : 'the page has no button',
    );
};

/** @param timeoutMs for one page to appear */
export const createChromiumBrowser = async (
  chromium: Chromium,
  timeoutMs: number,
): Promise<Browser> => {
  const tab = await openTab(chromium);
  const begin = async (url: URL, leaveAt: string): Promise<PageView | undefined> => {
    await tab.leaveAt(leaveAt);
    const before = (await look(tab))?.mark;
    await tab.send('Page.navigate', { url: url.href });
    return nextPage(tab, before, timeoutMs);
  };
  return {
    open: async (url, leaveAt) => ((await begin(url, leaveAt)) ? 'page' : 'left'),
    walk: async (start, leaveAt, person) => {
      let page = await begin(start, leaveAt);
      let passwords = 0;
      for (let count = 0; page && count < maxPages; count += 1) {
        if (page.kind === 'password') passwords += 1;
        assertFirstPassword(passwords);
        await act(tab, page, person);
        page = await nextPage(tab, page.mark, timeoutMs);
      }
      const end = tab.left();
      if (end) return end;
      throw new LoginProblem(`the login had more than ${maxPages} pages`);
    },
  };
};
