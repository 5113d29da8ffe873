import { Unmet } from './check.ts';
import { type Credentials, noCredentials, secretMembers } from './credentials.ts';
import { createDiscovery } from './discovered.ts';
import type { Answer } from './http/answer.ts';
import { createHttpClient, type HttpClient, type HttpLimits } from './http/http-client.ts';
import { createBrowsers } from './login/browsers.ts';
import {
  initializeMessage,
  type McpMessage,
  modernMessage,
  modernRevision,
  notificationMessage,
} from './mcp/message.ts';
import { hasReply, resultIn } from './mcp/reply.ts';
import { once } from './memo.ts';
import {
  type AuthorizationServer,
  createAuthorizationServer,
  type SignedIn,
} from './oauth/authorization-server.ts';
import type { Challenge } from './oauth/challenge.ts';
import type { FoundDocument } from './oauth/discovery.ts';
import { tokensOf } from './oauth/token-requests.ts';
import { createSecrets, type Secrets } from './redaction.ts';

/** The server under verification. What several checks look at is asked for once. */

export interface Login {
  readonly signedIn: SignedIn;
  readonly answer: Answer;
  readonly accessToken: string;
  readonly refreshToken?: string;
}

type Headers = McpMessage['headers'];

export interface Target {
  readonly url: URL;
  readonly http: HttpClient;
  readonly secrets: Secrets;
  readonly credentials: Credentials;
  /** Whether checks may send bursts. */
  readonly allowsBursts: boolean;
  /** POST without a token; `headers` are added. */
  readonly post: (message: McpMessage, headers?: Headers) => Promise<Answer>;
  /** POST with whatever opens the server. @throws Unmet when nothing does */
  readonly call: (message: McpMessage, headers?: Headers) => Promise<Answer>;
  /** The same for a 2025 request, in a session if the server keeps sessions. */
  readonly callInSession: (message: McpMessage, headers?: Headers) => Promise<Answer>;
  /** The same for a request of 2026-07-28. @throws Unmet when the server does not speak it */
  readonly callModern: (message: McpMessage, headers?: Headers) => Promise<Answer>;
  /** The answer to the first request of every client. */
  readonly unauthenticated: () => Promise<Answer>;
  /** @throws Unmet when there is no Bearer challenge */
  readonly challenge: () => Promise<Challenge>;
  /** @throws Unmet when there is none */
  readonly resourceMetadata: () => Promise<FoundDocument>;
  readonly issuer: () => Promise<string>;
  /** @throws Unmet when there is none */
  readonly serverMetadata: () => Promise<FoundDocument>;
  /** What a client asks for. */
  readonly scopes: () => Promise<readonly string[]>;
  readonly authorizationServer: AuthorizationServer;
  /** Signs in once, for the checks that only look. */
  readonly login: () => Promise<Login>;
  /** An access token for this server; undefined when it is open to everybody. @throws Unmet */
  readonly accessToken: () => Promise<string | undefined>;
  /** @throws LoginProblem when a browser is needed and cannot be started */
  readonly prepare: () => Promise<void>;
  /** Ends what was started for this target. */
  readonly close: () => Promise<void>;
}

export interface TargetOptions {
  readonly url: URL;
  readonly credentials?: Credentials;
  readonly allowsBursts?: boolean;
  /** A Chromium or Chrome for login pages that need scripts. @default - plain forms only */
  readonly browser?: string;
  readonly limits?: Partial<HttpLimits>;
}

export const defaultLimits = {
  timeoutMs: 10_000,
  wholeMs: 180_000,
  maxRequests: 600,
  maxBytes: 1024 * 1024,
  maxAtOnce: 4,
} as const;

/** In order: the token that was given, a login, client credentials, or an open door. */
const createAccess = (
  authorizationServer: AuthorizationServer,
  credentials: Credentials,
  login: () => Promise<Login>,
  unauthenticated: () => Promise<Answer>,
) =>
  once(async (): Promise<string | undefined> => {
    const { token, username, machineId, machineSecret } = credentials;
    if (token !== undefined) return token;
    if (username !== undefined) return (await login()).accessToken;
    if (machineId !== undefined) {
      const machine = { clientId: machineId, clientSecret: machineSecret, redirectUri: '' };
      const form = { grant_type: 'client_credentials' };
      return tokensOf(await authorizationServer.tokenAs(machine, form)).accessToken;
    }
    if (resultIn(await unauthenticated())) return undefined;
    throw new Unmet('no credentials were given (--token, --username or --machine-id)');
  });

/** A token that is refused says nothing about what is behind the door. */
const createOpeningToken = (accessToken: Target['accessToken'], post: Target['post']) =>
  once(async (): Promise<string | undefined> => {
    const token = await accessToken();
    if (token === undefined) return undefined;
    const { status } = await post(initializeMessage(), { authorization: `Bearer ${token}` });
    if (status === 401) throw new Unmet('the access token is refused');
    return token;
  });

/** A server of the other era would fail every check of this one for the same reason. */
const createModernEra = (call: Target['call']) =>
  once(async (): Promise<void> => {
    const answer = await call(modernMessage('server/discover'));
    if (!resultIn(answer)) throw new Unmet(`the server does not speak ${modernRevision}`);
  });

/** The session of a 2025 handshake, where there is one. */
const createSession = (call: Target['call']) =>
  once(async (): Promise<Headers> => {
    const { headers } = await call(initializeMessage());
    const id = headers['mcp-session-id'];
    if (id === undefined) return {};
    const session = { 'mcp-session-id': id };
    await call(notificationMessage('notifications/initialized'), session);
    return session;
  });

export const createTarget = (options: TargetOptions): Target => {
  const { url, credentials = noCredentials, allowsBursts = false, limits = {} } = options;
  const deadline = Date.now() + defaultLimits.wholeMs;
  const http = createHttpClient(url, { ...defaultLimits, deadline, ...limits });
  const secrets = createSecrets();
  for (const name of secretMembers) secrets.keep(credentials[name]);

  const post: Target['post'] = ({ body, headers }, more = {}) =>
    http.send({ method: 'POST', url, headers: { ...headers, ...more }, body, until: hasReply });
  const unauthenticated = once(() => post(initializeMessage()));
  const { resource, ...discovery } = createDiscovery(http, url, unauthenticated);
  const browsers = createBrowsers(http, credentials, options.browser);
  const authorizationServer = createAuthorizationServer({
    http,
    secrets,
    credentials,
    browsers,
    metadata: async () => (await discovery.serverMetadata()).document,
    resource,
    scopes: discovery.scopes,
  });
  const login = once(async () => {
    const signedIn = await authorizationServer.signIn();
    const answer = await authorizationServer.redeem(signedIn);
    return { signedIn, answer, ...tokensOf(answer) };
  });
  const accessToken = createAccess(authorizationServer, credentials, login, unauthenticated);
  const openingToken = createOpeningToken(accessToken, post);
  const call: Target['call'] = async (message, headers = {}) => {
    const token = await openingToken();
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return post(message, { ...authorization, ...headers });
  };
  const session = createSession(call);
  const assertModern = createModernEra(call);
  return {
    url,
    http,
    secrets,
    credentials,
    allowsBursts,
    post,
    call,
    callModern: async (message, headers) => {
      await assertModern();
      return call(message, headers);
    },
    callInSession: async (message, headers = {}) =>
      call(message, { ...(await session()), ...headers }),
    unauthenticated,
    ...discovery,
    authorizationServer,
    login,
    accessToken,
    prepare: async () => {
      if (credentials.username !== undefined) await browsers.prepare();
    },
    close: async () => {
      http.close();
      await browsers.close();
    },
  };
};
