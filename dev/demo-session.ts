import {
  Client,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import type { DemoUser } from './demo-users.ts';
import type { LocalMode } from './local-mode.ts';
import type { MemoryOAuthProvider } from './memory-oauth-provider.ts';
import { createScriptedBrowser } from './scripted-browser.ts';
import { signInAs } from './sign-in-as.ts';

/** One connection of the demo's client, and the person who signs in for it. */

/** The demo did not go as it should: a bug, and exit code 1. */
class DemoFailure extends Error {
  static readonly code = 'ERR_DEMO';
}

export const must: (condition: unknown, message: string) => asserts condition = (
  condition,
  message,
) => {
  if (!condition) throw new DemoFailure(message);
};

export interface Session {
  readonly client: Client;
  readonly transport: StreamableHTTPClientTransport;
}

/** A client of the official SDK with an OAuth provider; `throw` shows a 403 instead of acting on it. */
export const openSession = (
  local: LocalMode,
  provider: MemoryOAuthProvider,
  onInsufficientScope: 'throw' | 'reauthorize',
): Session => ({
  client: new Client(
    { name: 'demo-client', version: '1.0.0' },
    { versionNegotiation: { mode: 'auto' } },
  ),
  transport: new StreamableHTTPClientTransport(new URL(local.mcpUrl), {
    authProvider: provider,
    onInsufficientScope,
  }),
});

/** Plays the person: follows the client's authorization URL through consent and login. */
export const logIn = async (
  session: Session,
  provider: MemoryOAuthProvider,
  user: DemoUser,
): Promise<string> => {
  const pages: string[] = [];
  must(provider.authorizationUrl, 'the client did not ask for a login');
  const answer = await signInAs(createScriptedBrowser(), provider.authorizationUrl, {
    username: user.username,
    password: user.password,
    redirectUri: provider.redirectUrl,
    onPage: ({ html }) => pages.push(/<title>([^<]*)<\/title>/.exec(html)?.[1] ?? 'page'),
  });
  await session.transport.finishAuth(provider.checkState(answer));
  return pages.map((page) => page.replaceAll('&amp;', '&')).join('  →  ');
};

export const expectUnauthorized = async (work: Promise<unknown>): Promise<void> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  must(
    error instanceof UnauthorizedError,
    `expected the client to need a login, got ${String(error)}`,
  );
};

export const textOf = (result: { content?: unknown }): string => {
  const [first] = (result.content ?? []) as { text?: string }[];
  return (first?.text ?? JSON.stringify(result)).replaceAll(/\s+/g, ' ').slice(0, 160);
};
