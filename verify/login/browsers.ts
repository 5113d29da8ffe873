import type { Credentials } from '../credentials.ts';
import type { HttpClient } from '../http/http-client.ts';
import { once } from '../memo.ts';
import type { Browser } from './browser.ts';
import { startChromium } from './chromium.ts';
import { createChromiumBrowser } from './chromium-browser.ts';
import { createFormBrowser } from './form-browser.ts';
import { inTurns } from './in-turns.ts';

/** A browser for each sign-in, or one for all of them. */
export interface Browsers {
  readonly next: () => Promise<Browser>;
  /** @throws LoginProblem when the program cannot be started */
  readonly prepare: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * With an authenticator one browser does for all: a code works once, and a new one takes 30 seconds.
 *
 * @param program a Chromium or Chrome. Without it only pages of plain forms can be walked
 */
export const createBrowsers = (
  http: HttpClient,
  { totpKey }: Credentials,
  program: string | undefined,
): Browsers => {
  let close = async (): Promise<void> => undefined;
  const chromium = once(async () => {
    const started = await startChromium(program ?? '');
    close = started.close;
    return started;
  });
  const create = async (): Promise<Browser> =>
    program === undefined
      ? createFormBrowser(http)
      : createChromiumBrowser(await chromium(), http.limits.timeoutMs);
  const shared = once(async () => inTurns(await create()));
  return {
    next: totpKey === undefined ? create : shared,
    prepare: async () => {
      if (program !== undefined) await chromium();
    },
    close: () => close(),
  };
};
