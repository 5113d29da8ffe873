import { InsufficientScopeError } from '@modelcontextprotocol/client';
import { type CommandInput, portOf, printFault, startOrExplain, UsageError } from './command.ts';
import {
  expectUnauthorized,
  logIn,
  must,
  openSession,
  type Session,
  textOf,
} from './demo-session.ts';
import type { DemoUser } from './demo-users.ts';
import type { LocalMode } from './local-mode.ts';
import { MemoryOAuthProvider } from './memory-oauth-provider.ts';
import { prettySecurityLog } from './pretty-security-log.ts';

/** `npm run demo`: a real MCP client logs in and works, and every step says what happened. */

interface Narrator {
  /** Does one thing and tells about it, with the time it took. */
  step<T>(title: string, work: () => Promise<T>, tell: (result: T) => string): Promise<T>;
}

const createNarrator = (write: (text: string) => void): Narrator => {
  let number = 0;
  return {
    step: async (title, work, tell) => {
      number += 1;
      const start = performance.now();
      const result = await work();
      const took = `${(performance.now() - start).toFixed(0)} ms`;
      write(`\n${String(number).padStart(2)}. ${title}  (${took})\n      ${tell(result)}\n`);
      return result;
    },
  };
};

const discoverAndLogIn = async (
  { step }: Narrator,
  local: LocalMode,
  provider: MemoryOAuthProvider,
  user: DemoUser,
): Promise<Session> => {
  await step(
    'A request without a token is refused, and told where to log in',
    () => fetch(local.mcpUrl, { method: 'POST', body: '{}' }),
    (response) =>
      `${response.status}  WWW-Authenticate: ${response.headers.get('www-authenticate')}`,
  );
  const first = openSession(local, provider, 'throw');
  await step(
    'The client discovers the authorization server and registers itself (RFC 9728, 8414, 7591)',
    () => expectUnauthorized(first.client.connect(first.transport)),
    () =>
      `it would open ${provider.authorizationUrl?.origin}${provider.authorizationUrl?.pathname}?…&code_challenge_method=${provider.authorizationUrl?.searchParams.get('code_challenge_method')}`,
  );
  await step(
    `${user.username} allows the client and signs in; the client redeems its code`,
    () => logIn(first, provider, user),
    (pages) => `pages seen: ${pages}; scopes granted: ${provider.tokens()?.scope}`,
  );
  const session = openSession(local, provider, 'throw');
  await step(
    'The client connects with its access token',
    () => session.client.connect(session.transport),
    () =>
      `server: ${session.client.getServerVersion()?.name ?? 'unknown'}, protocol ${session.client.getNegotiatedProtocolVersion() ?? 'unknown'}`,
  );
  return session;
};

const useTools = async ({ step }: Narrator, { client }: Session): Promise<string> => {
  await step(
    'List tools',
    () => client.listTools(),
    ({ tools }) => tools.map(({ name }) => name).join(', '),
  );
  await step(
    'Call whoami: the tool receives the authenticated principal',
    () => client.callTool({ name: 'whoami', arguments: {} }),
    textOf,
  );
  const added = await step(
    'Call add_note',
    () =>
      client.callTool({
        name: 'add_note',
        arguments: { title: 'Hello', text: 'Written by a client that logged in.' },
      }),
    textOf,
  );
  await step(
    'Read the resource notes://all',
    () => client.readResource({ uri: 'notes://all' }),
    ({ contents }) => JSON.stringify(contents).slice(0, 160),
  );
  const { id } = (added.structuredContent ?? {}) as { id?: string };
  must(id, 'add_note did not say which note it added');
  return id;
};

const refuseAndStepUp = async (
  { step }: Narrator,
  local: LocalMode,
  provider: MemoryOAuthProvider,
  user: DemoUser,
  session: Session,
  noteId: string,
): Promise<void> => {
  const call = { name: 'delete_note', arguments: { id: noteId } };
  await step(
    'Call delete_note: refused, the token lacks a scope',
    async () => {
      const error = await session.client.callTool(call).catch((reason: unknown) => reason);
      must(
        error instanceof InsufficientScopeError,
        `expected a 403 challenge, got ${String(error)}`,
      );
      return error;
    },
    (error) => `403 insufficient_scope, asked for: ${error.requiredScope}`,
  );
  const elevated = openSession(local, provider, 'reauthorize');
  await elevated.client.connect(elevated.transport);
  await step(
    `The client asks for more (step-up), ${user.username} allows it, and the call goes through`,
    async () => {
      await expectUnauthorized(elevated.client.callTool(call));
      await logIn(elevated, provider, user);
      const result = await elevated.client.callTool(call);
      must(!result.isError, `delete_note failed: ${textOf(result)}`);
      return result;
    },
    (result) => `${textOf(result)}; scopes now: ${provider.tokens()?.scope}`,
  );
  await elevated.client.close();
};

const refuseForgery = async (
  { step }: Narrator,
  local: LocalMode,
  provider: MemoryOAuthProvider,
): Promise<void> => {
  const token = provider.tokens()?.access_token ?? '';
  const [header, payload, signature] = token.split('.');
  const claims = JSON.parse(atob((payload ?? '').replaceAll('-', '+').replaceAll('_', '/')));
  const altered = btoa(JSON.stringify({ ...claims, tenant_id: 'globex' }))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
  await step(
    'The same token with another tenant written into it',
    async () => {
      const response = await fetch(local.mcpUrl, {
        method: 'POST',
        headers: { authorization: `Bearer ${header}.${altered}.${signature}` },
        body: '{}',
      });
      must(response.status === 401, `expected 401, got ${response.status}`);
      return response.text();
    },
    (body) => `401 ${body}  (the reason is in the log only)`,
  );
};

const walk = async (narrator: Narrator, local: LocalMode): Promise<void> => {
  const [user] = local.users;
  must(user, 'there are no demo users');
  // A port that nobody listens on: the scripted browser stops before it would be opened.
  const provider = new MemoryOAuthProvider({ redirectUrl: 'http://localhost:43117/callback' });
  const session = await discoverAndLogIn(narrator, local, provider, user);
  const noteId = await useTools(narrator, session);
  await refuseAndStepUp(narrator, local, provider, user, session, noteId);
  await refuseForgery(narrator, local, provider);
  await session.client.close();
};

export const demoCommand = async (input: CommandInput): Promise<void> => {
  if (input.arguments.length > 0)
    throw new UsageError(
      `unknown argument ${input.arguments.join(' ')}. Only PORT in the environment is read`,
    );
  const write = (text: string) => process.stdout.write(text);
  const indented = { write: (text: string) => write(`      log ${text}`) };
  const start = performance.now();
  // Any free port will do, so that the demo runs beside `npm run dev`.
  const port = input.environment.PORT === undefined ? 0 : portOf(input.environment);
  const local = await startOrExplain(port, {
    securityLog: prettySecurityLog(indented, process.stdout.isTTY),
    onFault: printFault,
  });
  const started = performance.now();
  write(`Local mode is ready at ${local.mcpUrl} (${(started - start).toFixed(0)} ms)\n`);
  try {
    await walk(createNarrator(write), local);
  } finally {
    await local.close();
  }
  write(
    `\nDone in ${((performance.now() - start) / 1000).toFixed(1)} s. Try it yourself: npm run dev\n`,
  );
};
