import type { Browser } from './browser.ts';

/** One browser for many sign-ins, one after the other: at one screen sits one person. */
export const inTurns = (browser: Browser): Browser => {
  let last: Promise<unknown> = Promise.resolve();
  const turn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    open: (url, leaveAt) => turn(() => browser.open(url, leaveAt)),
    walk: (start, leaveAt, person) => turn(() => browser.walk(start, leaveAt, person)),
  };
};
