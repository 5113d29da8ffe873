import { createHash } from 'node:crypto';
import { startCognitoSimulator } from '../../../dev/cognito/simulator.ts';
import type { PreTokenGeneration } from '../../../dev/cognito/token-issuer.ts';
import type { UserPoolClientDefinition } from '../../../dev/cognito/user-pool.ts';
import type {
  ClaimsAndScopeOverrideDetails,
  PreTokenGenerationEvent,
} from '../../../lambda/pre-token-generation/event.ts';
import { aUserPool, callbackUrl, confidential, password, resource } from './a-user-pool.ts';

export type Fields = Readonly<Record<string, string>>;

/** A browser without a screen: keeps cookies, follows nothing by itself. */
export interface Browser {
  get(url: string): Promise<Response>;
  post(url: string, form: Fields): Promise<Response>;
  readonly cookies: ReadonlyMap<string, string>;
}

export const createBrowser = (): Browser => {
  const cookies = new Map<string, string>();
  const send = async (url: string, init: RequestInit): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, headers: { cookie }, redirect: 'manual' });
    for (const header of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(header) as unknown as [
        string,
        string,
        string,
      ];
      if (/max-age=0/i.test(header)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  return {
    cookies,
    get: (url) => send(url, {}),
    post: (url, form) => send(url, { method: 'POST', body: new URLSearchParams(form) }),
  };
};

export interface TokenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Readonly<Record<string, string>>;
}

export const locationOf = (response: Response): URL =>
  new URL(response.headers.get('location') ?? 'about:blank', response.url);

export const claimsOf = (token: string | undefined): Readonly<Record<string, unknown>> =>
  JSON.parse(Buffer.from((token ?? '').split('.')[1] ?? '', 'base64url').toString());

export const headerOf = (token: string | undefined): Readonly<Record<string, unknown>> =>
  JSON.parse(Buffer.from((token ?? '').split('.')[0] ?? '', 'base64url').toString());

const authorizeUrlAt = (domain: string, client: UserPoolClientDefinition, fields: Fields): string =>
  `${domain}/oauth2/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: callbackUrl,
    ...fields,
  })}`;

const basic = ({ clientId, clientSecret }: UserPoolClientDefinition): string =>
  `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;

/** Posts a form with the client's usual authentication. */
const postForm = async (
  url: string,
  client: UserPoolClientDefinition,
  form: Fields,
): Promise<TokenAnswer> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: client.clientSecret ? { authorization: basic(client) } : {},
    body: new URLSearchParams({
      ...form,
      ...(!client.clientSecret && { client_id: client.clientId }),
    }),
  });
  const text = await response.text();
  const body = text.startsWith('{') ? JSON.parse(text) : {};
  return { status: response.status, headers: response.headers, text, body };
};

export const codeVerifier = 'a-verifier-of-at-least-forty-three-characters';
export const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');

/** A running pool and the moves a client, a user and an administrator can make. */
export const createSubject = async () => {
  let milliseconds = Date.UTC(2026, 10, 23);
  let overrides: ClaimsAndScopeOverrideDetails = {};
  const events: PreTokenGenerationEvent[] = [];
  const preTokenGeneration: PreTokenGeneration = (event) => {
    events.push(event);
    return { ...event, response: { claimsAndScopeOverrideDetails: overrides } };
  };
  const simulator = await startCognitoSimulator({
    userPool: aUserPool(),
    preTokenGeneration,
    now: () => milliseconds,
    onFault: () => undefined,
  });
  const { domain } = simulator;

  const submitLogin = async (
    browser: Browser,
    loginUrl: string,
    form: Fields,
  ): Promise<Response> => {
    const page = await (await browser.get(loginUrl)).text();
    const _csrf = /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    return browser.post(loginUrl, { _csrf, ...form });
  };

  const token = (client: UserPoolClientDefinition, form: Fields) =>
    postForm(`${domain}/oauth2/token`, client, form);

  const authorizeUrl = (client = confidential, fields: Fields = {}) =>
    authorizeUrlAt(domain, client, fields);

  /** From the authorization request to the callback, through the login page if there is one. */
  const signIn = async (
    client: UserPoolClientDefinition = confidential,
    fields: Fields = {},
    { browser = createBrowser(), username = 'alice' } = {},
  ): Promise<URL> => {
    const location = locationOf(await browser.get(authorizeUrl(client, fields)));
    if (location.pathname !== '/login') return location;
    return locationOf(await submitLogin(browser, location.href, { username, password }));
  };

  const redeem = (client: UserPoolClientDefinition, code: string | null, more: Fields = {}) =>
    token(client, {
      grant_type: 'authorization_code',
      code: code ?? '',
      redirect_uri: callbackUrl,
      ...more,
    });

  return {
    ...simulator,
    events,
    authorizeUrl,
    submitLogin,
    signIn,
    token,
    redeem,
    advance: (seconds: number) => {
      milliseconds += seconds * 1000;
    },
    seconds: () => Math.floor(milliseconds / 1000),
    answerTriggerWith: (details: ClaimsAndScopeOverrideDetails) => {
      overrides = details;
    },
    authorize: (fields: Fields = {}, client = confidential) =>
      createBrowser().get(authorizeUrl(client, fields)),
    tokens: async (
      client: UserPoolClientDefinition = confidential,
      fields: Fields = { resource },
      options: { username?: string } = {},
    ) => {
      const callback = await signIn(client, fields, options);
      return (await redeem(client, callback.searchParams.get('code'))).body;
    },
    refresh: (client: UserPoolClientDefinition, refreshToken: string | undefined) =>
      token(client, { grant_type: 'refresh_token', refresh_token: refreshToken ?? '' }),
    revoke: (client: UserPoolClientDefinition, form: Fields) =>
      postForm(`${domain}/oauth2/revoke`, client, form),
    userInfo: (accessToken: string | undefined) =>
      fetch(`${domain}/oauth2/userInfo`, { headers: { authorization: `Bearer ${accessToken}` } }),
  };
};

export type Subject = Awaited<ReturnType<typeof createSubject>>;

/** One documented behaviour of Cognito. */
export interface ContractRow {
  /** Page of the Amazon Cognito Developer Guide, or where else it is written down. */
  readonly source: string;
  readonly rule: string;
  readonly holds: (subject: Subject) => Promise<void>;
}
