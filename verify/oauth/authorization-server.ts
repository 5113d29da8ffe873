import { Unmet } from '../check.ts';
import type { Credentials } from '../credentials.ts';
import {
  type Answer,
  type JsonObject,
  jsonOf,
  neededString,
  stringIn,
  stringsIn,
} from '../http/answer.ts';
import type { HttpClient } from '../http/http-client.ts';
import type { Browser } from '../login/browser.ts';
import type { Browsers } from '../login/browsers.ts';
import { codesOf } from '../login/one-time-code.ts';
import { once } from '../memo.ts';
import type { Secrets } from '../redaction.ts';
import {
  type AuthorizationAnswer,
  type Parameters,
  readAuthorizationAnswer,
  urlWith,
} from './authorization.ts';
import { type Client, givenClient, knownClient } from './client.ts';
import { codeChallengeOf, randomText } from './pkce.ts';
import {
  canRegister,
  clientMetadata,
  register,
  registeredClientOf,
  registrationEndpointOf,
} from './registration.ts';
import { tokenRequests } from './token-requests.ts';

/** The authorization server as one client sees it: register, authorize, sign in, redeem. */

export interface Authorized {
  readonly answer: Answer;
  readonly read: AuthorizationAnswer;
}

export interface SignedIn {
  readonly client: Client;
  readonly parameters: URLSearchParams;
  readonly state: string;
  readonly verifier: string;
  readonly browser: Browser;
}

export interface SignInOptions {
  readonly scope?: string;
  readonly decision?: 'allow' | 'deny';
}

export interface AuthorizationServer {
  readonly register: (changes?: JsonObject) => Promise<Answer>;
  /** The answer to the first registration. @throws Unmet when there is none */
  readonly registration: () => Promise<Answer>;
  /** The client that was given, else one that registers itself, else one that is known. */
  readonly client: () => Promise<Client>;
  /** Another client, which nobody has signed in through. */
  readonly stranger: () => Promise<Client>;
  /** What every honest authorization request carries. */
  readonly request: (client: Client) => Promise<Record<string, string>>;
  /** Sends an honest request with these changes; `undefined` leaves a parameter out. */
  readonly authorize: (changes?: Parameters, client?: Client) => Promise<Authorized>;
  /** The answer to an honest request, asked for once. */
  readonly honest: () => Promise<Authorized>;
  /** The whole login. @throws LoginProblem */
  readonly signIn: (options?: SignInOptions) => Promise<SignedIn>;
  readonly token: (form: Parameters, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  /** The same with whatever proves who the client is. */
  readonly tokenAs: (client: Client, form: Parameters) => Promise<Answer>;
  /** Redeems the code of a sign-in, with these changes. */
  readonly redeem: (signedIn: SignedIn, changes?: Parameters) => Promise<Answer>;
  readonly refresh: (client: Client, refreshToken: string, changes?: Parameters) => Promise<Answer>;
  /** @throws Unmet when there is no revocation endpoint */
  readonly revoke: (client: Client, token: string) => Promise<Answer>;
}

export interface AuthorizationServerParts {
  readonly http: HttpClient;
  readonly secrets: Secrets;
  readonly credentials: Credentials;
  readonly browsers: Browsers;
  readonly metadata: () => Promise<JsonObject>;
  readonly resource: () => Promise<string>;
  readonly scopes: () => Promise<readonly string[]>;
}

/** Who asks: the client of the operator, or whichever the server lets in by itself. */
const createClients = (
  { http, credentials, metadata }: AuthorizationServerParts,
  registerClient: AuthorizationServer['register'],
) => {
  const registration = once(async () => {
    const answer = await registerClient();
    registeredClientOf(answer);
    return answer;
  });
  const newcomer = async (except?: string): Promise<Client> => {
    const document = await metadata();
    if (!canRegister(document)) return knownClient(document, except);
    return registeredClientOf(await (except === undefined ? registration() : registerClient()));
  };
  const client = once(() =>
    credentials.clientId === undefined ? newcomer() : givenClient(http, credentials, metadata),
  );
  const stranger = once(async () => newcomer((await client()).clientId));
  /** A known client belongs to somebody else: it may knock, but not sign anybody in. */
  const assertOurs = async (): Promise<void> => {
    if (credentials.clientId !== undefined || canRegister(await metadata())) return;
    throw new Unmet('clients cannot register themselves here: give one with --client-id');
  };
  return { registration, client, stranger, assertOurs };
};

export const createAuthorizationServer = (parts: AuthorizationServerParts): AuthorizationServer => {
  const { http, secrets, credentials, metadata, resource, scopes } = parts;

  const registerClient = async (changes?: JsonObject): Promise<Answer> => {
    const endpoint = registrationEndpointOf(await metadata());
    const answer = await register(http, endpoint, JSON.stringify(clientMetadata(changes)));
    secrets.keep(stringIn(jsonOf(answer), 'client_secret'));
    return answer;
  };
  const { assertOurs, ...clients } = createClients(parts, registerClient);
  const { client } = clients;
  const codes = credentials.totpKey === undefined ? undefined : codesOf(credentials.totpKey);

  const request = async ({ clientId, redirectUri }: Client) => {
    const scope = (await scopes()).join(' ');
    return {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      code_challenge: codeChallengeOf(randomText()),
      code_challenge_method: 'S256',
      state: randomText(16),
      resource: await resource(),
      ...(scope && { scope }),
    };
  };

  const endpoint = async () =>
    neededString(await metadata(), 'authorization_endpoint', 'the metadata');

  const authorize: AuthorizationServer['authorize'] = async (changes = {}, as) => {
    const used = as ?? (await client());
    const url = urlWith(await endpoint(), { ...(await request(used)), ...changes });
    const answer = await http.send({ url, headers: { accept: 'text/html' } });
    const redirectUri = changes.redirect_uri ?? used.redirectUri;
    return { answer, read: readAuthorizationAnswer(answer, redirectUri) };
  };

  const signIn: AuthorizationServer['signIn'] = async ({ scope, decision = 'allow' } = {}) => {
    const { username, password } = credentials;
    if (username === undefined || password === undefined)
      throw new Unmet('no test user was given (--username)');
    await assertOurs();
    const registered = await client();
    const [verifier, state] = [randomText(), randomText(16)];
    const honest = await request(registered);
    const url = urlWith(await endpoint(), {
      ...honest,
      code_challenge: codeChallengeOf(verifier),
      state,
      ...(scope !== undefined && { scope }),
    });
    const browser = await parts.browsers.next();
    const person = { username, password, decision, ...(codes && { code: codes }) };
    const end = await browser.walk(url, registered.redirectUri, person);
    const { searchParams: parameters } = end;
    for (const value of [verifier, parameters.get('code') ?? undefined]) secrets.keep(value);
    return { client: registered, parameters, state, verifier, browser };
  };

  return {
    register: registerClient,
    ...clients,
    request,
    authorize,
    honest: once(() => authorize()),
    signIn,
    ...tokenRequests(parts),
  };
};

/** What to ask for: the challenge's scopes, else all that the metadata lists (MCP, scope selection). */
export const scopesToAskFor = (
  challengeScope: string | undefined,
  resourceMetadata: JsonObject | undefined,
): readonly string[] =>
  challengeScope?.split(' ').filter(Boolean) ?? stringsIn(resourceMetadata, 'scopes_supported');
