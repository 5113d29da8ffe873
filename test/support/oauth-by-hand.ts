import { randomBytes } from 'node:crypto';
import type { DemoUser } from '../../dev/demo-users.ts';
import { createScriptedBrowser } from '../../dev/scripted-browser.ts';
import { signInAs } from '../../dev/sign-in-as.ts';
import { s256 } from '../../oauth/pkce.ts';
import { userOf } from './local-deployment.ts';

/** An OAuth client without a library, for tests that need to see or change every parameter. */

/** What local mode says about itself: the same members as the first line of `npm run dev -- --json`. */
export interface Deployment {
  readonly mcpUrl: string;
  readonly issuer: string;
  readonly users: readonly DemoUser[];
}

export interface HandMadeLogin {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly codeVerifier: string;
  /** What the client received at its redirect URI. */
  readonly answer: URL;
}

export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, string | number>>;
}

// A port that nobody listens on: the scripted browser stops before it would be opened.
export const handMadeRedirectUri = 'http://localhost:43117/callback';

export const registerClient = async (
  { issuer }: Deployment,
  metadata: object = {},
  headers: Record<string, string> = {},
): Promise<Record<string, string>> => {
  const response = await fetch(`${issuer}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({
      client_name: 'Made by hand',
      redirect_uris: [handMadeRedirectUri],
      ...metadata,
    }),
  });
  if (response.status !== 201) throw new Error(`registration answered ${response.status}`);
  return (await response.json()) as Record<string, string>;
};

export const authorizationUrl = async (
  { issuer, mcpUrl }: Deployment,
  request: Pick<HandMadeLogin, 'clientId' | 'state' | 'codeVerifier'>,
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<URL> => {
  const url = new URL(`${issuer}/oauth/authorize`);
  const parameters = {
    response_type: 'code',
    client_id: request.clientId,
    redirect_uri: handMadeRedirectUri,
    code_challenge: await s256(request.codeVerifier),
    code_challenge_method: 'S256',
    state: request.state,
    resource: mcpUrl,
    ...changes,
  };
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) url.searchParams.set(name, value);
  return url;
};

export const logIn = async (
  deployment: Deployment,
  username: string,
  options: {
    readonly clientId?: string;
    readonly changes?: Readonly<Record<string, string | undefined>>;
    readonly fetchPage?: typeof fetch;
  } = {},
): Promise<HandMadeLogin> => {
  const clientId = options.clientId ?? (await registerClient(deployment)).client_id ?? '';
  const request = {
    clientId,
    state: randomBytes(24).toString('base64url'),
    codeVerifier: randomBytes(32).toString('base64url'),
  };
  const { password } = userOf(deployment, username);
  const url = await authorizationUrl(deployment, request, options.changes);
  const answer = await signInAs(createScriptedBrowser(options.fetchPage), url, {
    username,
    password,
    redirectUri: handMadeRedirectUri,
  });
  return { ...request, redirectUri: handMadeRedirectUri, answer };
};

export const postForm = async (
  { issuer }: Deployment,
  path: string,
  form: Readonly<Record<string, string>>,
  headers: Record<string, string> = {},
): Promise<TokenAnswer> => {
  const body = new URLSearchParams(form);
  const response = await fetch(issuer + path, { method: 'POST', body, headers });
  return { status: response.status, body: (await response.json()) as TokenAnswer['body'] };
};

export const redeem = (
  deployment: Deployment,
  login: HandMadeLogin,
  headers?: Record<string, string>,
): Promise<TokenAnswer> =>
  postForm(
    deployment,
    '/oauth/token',
    {
      grant_type: 'authorization_code',
      client_id: login.clientId,
      code: login.answer.searchParams.get('code') ?? '',
      redirect_uri: login.redirectUri,
      code_verifier: login.codeVerifier,
      resource: deployment.mcpUrl,
    },
    headers,
  );

export const refresh = (
  deployment: Deployment,
  clientId: string,
  refreshToken: string,
): Promise<TokenAnswer> =>
  postForm(deployment, '/oauth/token', {
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: refreshToken,
  });

/** A whole login, down to the access token. */
export const accessTokenOf = async (deployment: Deployment, username: string): Promise<string> => {
  const { status, body } = await redeem(deployment, await logIn(deployment, username));
  if (status !== 200) throw new Error(`the token endpoint answered ${status} ${body.error}`);
  return String(body.access_token);
};
