import { Unmet } from '../check.ts';

/** What a verification needs of a browser: one person at one screen. */

export class LoginProblem extends Unmet {}

export interface Person {
  readonly username: string;
  readonly password: string;
  readonly decision: 'allow' | 'deny';
  /** A new one-time code at each call. @default - the person has no authenticator */
  readonly code?: () => Promise<string>;
}

export interface Browser {
  /** Opens a page, following redirects. A redirect to `leaveAt` is not followed: it is the result. */
  readonly open: (url: URL, leaveAt: string) => Promise<'page' | 'left'>;
  /** Goes on from a page until the client gets its answer. @throws LoginProblem */
  readonly walk: (start: URL, leaveAt: string, person: Person) => Promise<URL>;
}

export const leaves = (url: string, leaveAt: string): boolean =>
  url === leaveAt || url.startsWith(`${leaveAt}?`) || url.startsWith(`${leaveAt}#`);

/** More than any login has; each costs time. */
export const maxPages = 6;

/** Once is enough: more tries would lock the account. */
export const assertFirstPassword = (passwords: number): void => {
  if (passwords > 1) throw new LoginProblem('the login page came back: a wrong password?');
};
