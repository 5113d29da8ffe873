import { type CognitoSimulator, startCognitoSimulator } from '../../dev/cognito/simulator.ts';
import { demoDeployment } from '../../dev/demo-deployment.ts';
import { demoUsers } from '../../dev/demo-users.ts';
import { createScriptedBrowser, type ScriptedBrowser } from '../../dev/scripted-browser.ts';
import { signInAs } from '../../dev/sign-in-as.ts';
import type { AuthorizationServer } from '../../lambda/authorization-server/authorization-server.ts';
import type { MetadataDocuments } from '../../lambda/authorization-server/clients/metadata-document.ts';
import { composeAuthorizationServer } from '../../lambda/authorization-server/compose.ts';
import type { AuthorizationServerSettings } from '../../lambda/authorization-server/settings.ts';
import type { GrantStore } from '../../lambda/authorization-server/store/grant-store.ts';
import { memoryGrantStore } from '../../lambda/authorization-server/store/memory-grant-store.ts';
import { createPreTokenGeneration } from '../../lambda/pre-token-generation/handler.ts';
import { s256 } from '../../oauth/pkce.ts';
import { err } from '../../oauth/result.ts';
import type { SecurityEvent } from '../../oauth/security-event.ts';
import { checkedLog } from './checked-log.ts';

/** The broker over the Cognito simulator, without a socket of its own: issuer https, clock movable. */

export const issuer = 'https://mcp.example.com';
export const resource = `${issuer}/mcp`;
export const codeVerifier = 'test-verifier-test-verifier-test-verifier-1234';
export const nativeRedirect = 'http://localhost/callback';
export const webRedirect = 'https://client.example/callback';

const deployment = demoDeployment(issuer);
export const machine = deployment.machineClient;

const startSimulator = (now: () => number): Promise<CognitoSimulator> =>
  startCognitoSimulator({
    now,
    userPool: deployment.userPool,
    preTokenGeneration: createPreTokenGeneration(deployment.trigger),
  });

export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

export interface TestBroker {
  readonly serve: AuthorizationServer;
  readonly settings: AuthorizationServerSettings;
  readonly simulator: CognitoSimulator;
  readonly store: GrantStore;
  readonly events: SecurityEvent[];
  /** Names of the events so far, in order. */
  readonly eventNames: () => readonly string[];
  /** Reason of the last event. */
  readonly lastReason: () => unknown;
  readonly advance: (seconds: number) => void;
  readonly now: () => number;
  readonly fetch: typeof fetch;
  readonly browser: () => ScriptedBrowser;
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Response>;
  readonly post: (
    path: string,
    form: Record<string, string>,
    headers?: Record<string, string>,
  ) => Promise<TokenAnswer>;
  readonly register: (
    metadata?: object,
  ) => Promise<{ status: number; body: Record<string, unknown> }>;
  /** A registered public client. */
  readonly clientId: (redirectUri?: string) => Promise<string>;
  readonly authorizeUrl: (
    clientId: string,
    changes?: Record<string, string | undefined>,
  ) => Promise<string>;
  /** The whole login; gives back what the client receives at its redirect URI. */
  readonly login: (options?: {
    clientId?: string;
    username?: string;
    changes?: Record<string, string | undefined>;
    browser?: ScriptedBrowser;
    decision?: 'allow' | 'deny';
  }) => Promise<{ clientId: string; answer: URL; redirectUri: string }>;
  readonly redeem: (
    login: { clientId: string; answer: URL; redirectUri: string },
    changes?: Record<string, string>,
  ) => Promise<TokenAnswer>;
  readonly close: () => Promise<void>;
}

const withChanges = (
  values: Record<string, string>,
  changes: Record<string, string | undefined>,
): URLSearchParams => {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...values, ...changes })) {
    if (value !== undefined) parameters.set(name, value);
  }
  return parameters;
};

export const aBroker = async (
  options: {
    settings?: Partial<AuthorizationServerSettings>;
    documents?: MetadataDocuments;
    store?: GrantStore;
  } = {},
): Promise<TestBroker> => {
  let offset = 0;
  const now = () => Date.now() + offset;
  const simulator = await startSimulator(now);
  const settings = { ...deployment.brokerSettings(simulator), ...options.settings };
  const events: SecurityEvent[] = [];
  const store = options.store ?? memoryGrantStore();
  const serve = composeAuthorizationServer(settings, {
    store,
    now,
    documents: options.documents ?? {
      get: async () => err({ reason: 'client_document_unavailable' }),
    },
    securityLog: checkedLog(events),
  });
  const dispatch = (async (input: URL | string, init?: RequestInit) => {
    const request = new Request(input, init);
    return new URL(request.url).origin === issuer ? serve(request) : fetch(input, init);
  }) as typeof fetch;

  const get = (path: string, headers = {}) => serve(new Request(issuer + path, { headers }));
  const post: TestBroker['post'] = async (path, form, headers = {}) => {
    const response = await serve(
      new Request(issuer + path, { method: 'POST', body: new URLSearchParams(form), headers }),
    );
    const text = await response.text();
    const isJson = response.headers.get('content-type') === 'application/json';
    return {
      status: response.status,
      body: isJson ? JSON.parse(text) : { text },
      headers: response.headers,
    };
  };
  const register: TestBroker['register'] = async (
    metadata = { client_name: 'Test client', redirect_uris: [nativeRedirect, webRedirect] },
  ) => {
    const response = await serve(
      new Request(`${issuer}/oauth/register`, {
        method: 'POST',
        body: JSON.stringify(metadata),
        headers: { 'content-type': 'application/json' },
      }),
    );
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const clientId = async (redirectUri?: string) =>
    (
      await register(
        redirectUri ? { client_name: 'Test client', redirect_uris: [redirectUri] } : undefined,
      )
    ).body.client_id as string;
  const authorizeUrl: TestBroker['authorizeUrl'] = async (id, changes = {}) =>
    `${issuer}/oauth/authorize?${withChanges(
      {
        response_type: 'code',
        client_id: id,
        redirect_uri: 'http://localhost:43210/callback',
        code_challenge: await s256(codeVerifier),
        code_challenge_method: 'S256',
        state: 'client-state',
        resource,
        scope: 'mcp:tools:read mcp:tools:execute',
      },
      changes,
    )}`;
  const login: TestBroker['login'] = async (input = {}) => {
    const id = input.clientId ?? (await clientId());
    const redirectUri = input.changes?.redirect_uri ?? 'http://localhost:43210/callback';
    const user = demoUsers.find(({ username }) => username === (input.username ?? 'alice'));
    if (!user) throw new Error('no such demo user');
    const answer = await signInAs(
      input.browser ?? createScriptedBrowser(dispatch),
      await authorizeUrl(id, input.changes),
      {
        username: user.username,
        password: user.password,
        redirectUri,
        ...(input.decision && { decision: input.decision }),
      },
    );
    return { clientId: id, answer, redirectUri };
  };
  const redeem: TestBroker['redeem'] = ({ clientId: id, answer, redirectUri }, changes = {}) =>
    post('/oauth/token', {
      grant_type: 'authorization_code',
      client_id: id,
      code: answer.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: codeVerifier,
      resource,
      ...changes,
    });

  return {
    serve,
    settings,
    simulator,
    store,
    events,
    eventNames: () => events.map(({ metadata }) => metadata.event_code),
    lastReason: () => events.at(-1)?.status_code,
    advance: (seconds) => {
      offset += seconds * 1000;
    },
    now,
    fetch: dispatch,
    browser: () => createScriptedBrowser(dispatch),
    get,
    post,
    register,
    clientId,
    authorizeUrl,
    login,
    redeem,
    close: () => simulator.close(),
  };
};
