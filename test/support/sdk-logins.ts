import { UnauthorizedError } from '@modelcontextprotocol/client';
import { UnauthorizedError as UnauthorizedErrorV1 } from '@modelcontextprotocol/sdk/client/auth.js';
import { expect } from 'vitest';
import type { VisitedPage } from '../../dev/scripted-browser.ts';
import type { CallbackListener } from './callback-listener.ts';
import type { CommandLineProvider } from './command-line-provider.ts';
import type { LocalDeployment } from './local-deployment.ts';
import { signInAndReturn } from './person.ts';
import type { OpenSession, SdkSession } from './sdk-sessions.ts';

/** What a client, its listener and its user do together, for clients of either SDK. */
export interface SdkLogins {
  open(open: OpenSession, provider: CommandLineProvider): SdkSession;
  /** The person logs in; the client takes code, state and iss from its own listener. */
  logIn(
    session: SdkSession,
    provider: CommandLineProvider,
    username?: string,
  ): Promise<readonly VisitedPage[]>;
  /** What a client does with nothing but the URL. */
  connectFromBareUrl(
    open: OpenSession,
    provider: CommandLineProvider,
    username?: string,
  ): Promise<{ readonly session: SdkSession; readonly pages: readonly VisitedPage[] }>;
  closeAll(): Promise<void>;
}

/** Expects that the client gave up with the SDK's own "the user must log in". */
export const expectLoginNeeded = async (work: Promise<unknown>): Promise<void> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const isLoginNeeded = error instanceof UnauthorizedError || error instanceof UnauthorizedErrorV1;
  expect(isLoginNeeded, `expected UnauthorizedError, got ${String(error)}`).toBe(true);
};

export const sdkLogins = (local: LocalDeployment, callback: CallbackListener): SdkLogins => {
  const sessions: SdkSession[] = [];

  const open: SdkLogins['open'] = (openSession, provider) => {
    const session = openSession(local.mcpUrl, provider);
    sessions.push(session);
    return session;
  };

  const logIn: SdkLogins['logIn'] = async (session, provider, username = 'alice') => {
    const authorizationUrl = provider.authorizationUrl as URL;
    const { pages } = await signInAndReturn(local.user(username), authorizationUrl);
    const answer = await callback.next();
    expect(answer.searchParams.get('iss')).toBe(local.issuer);
    await session.finishAuth(provider.checkState(answer));
    return pages;
  };

  return {
    open,
    logIn,
    connectFromBareUrl: async (openSession, provider, username) => {
      const first = open(openSession, provider);
      await expectLoginNeeded(first.connect());
      const pages = await logIn(first, provider, username);
      const session = open(openSession, provider);
      await session.connect();
      return { session, pages };
    },
    closeAll: async () => {
      await Promise.all(sessions.splice(0).map((session) => session.close()));
    },
  };
};
