import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { createScriptedBrowser } from '../../dev/scripted-browser.ts';
import {
  type Deployment,
  type HandMadeLogin,
  logIn,
  postForm,
  redeem,
  refresh,
  registerClient,
} from './oauth-by-hand.ts';
import { aPost, legacyRequest, modernRequest } from './resource-server.ts';
import type { SecretSearch } from './secret-search.ts';
import type { WitnessedSecret } from './secret-witness.ts';
import { watchedFetch } from './watched-browser.ts';

/**
 * Everything that can happen at a running deployment, good and bad. Every secret that takes part is
 * noted on the way.
 */
export interface Life {
  readonly deployment: Deployment;
  readonly secrets: SecretSearch;
  /** What the process has made and exchanged with Cognito so far. */
  readonly witnessed: () => readonly WitnessedSecret[];
}

const noted = (life: Life, kind: string, value: string): string => {
  life.secrets.add(kind, value);
  return value;
};

/** A value that nobody sent before, so that finding it means that this very field was printed. */
const marker = (life: Life, field: string): string =>
  noted(life, field, `${field}${randomBytes(18).toString('hex')}`);

const call = async (
  life: Life,
  token: string,
  name: string,
  args: object = {},
): Promise<number> => {
  const { body, headers } = modernRequest('tools/call', { name, arguments: args });
  const response = await fetch(aPost(body, { url: life.deployment.mcpUrl, token, headers }));
  await response.text();
  return response.status;
};

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

const notedTokens = (life: Life, { body }: Awaited<ReturnType<typeof redeem>>): Tokens => {
  const refreshToken = String(body.refresh_token);
  const accessToken = noted(life, 'access token', String(body.access_token));
  const payload = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString();
  const { jti, origin_jti: originTokenId } = JSON.parse(payload) as Record<string, string>;
  // No secrets, but good for nothing in a log either: it speaks of them by keyed hashes.
  life.secrets.add('jti', jti);
  life.secrets.add('origin_jti', originTokenId);
  return {
    accessToken,
    refreshToken: noted(life, 'refresh handle', refreshToken),
  };
};

const watchedLogIn = async (
  life: Life,
  username: string,
  options: Parameters<typeof logIn>[2] = {},
): Promise<HandMadeLogin> => {
  const login = await logIn(life.deployment, username, {
    ...options,
    fetchPage: watchedFetch(life.secrets),
  });
  life.secrets.add("the client's state", login.state);
  life.secrets.add("the client's verifier", login.codeVerifier);
  life.secrets.add('code', login.answer.searchParams.get('code'));
  return login;
};

/** Login, calls, refresh, reuse of an old handle, replay of a code. */
const liveAndDie = async (life: Life): Promise<Tokens> => {
  const login = await watchedLogIn(life, 'alice');
  const first = notedTokens(life, await redeem(life.deployment, login));
  const note = { title: marker(life, 'title'), text: marker(life, 'text') };
  expect(await call(life, first.accessToken, 'add_note', note)).toBe(200);
  expect(
    await call(life, first.accessToken, 'search_notes', { words: marker(life, 'words') }),
  ).toBe(200);
  expect(await call(life, first.accessToken, 'delete_note', { id: marker(life, 'id') })).toBe(403);

  const second = notedTokens(
    life,
    await refresh(life.deployment, login.clientId, first.refreshToken),
  );
  // The handle before the current one, as after a lost response: within its grace step.
  expect((await refresh(life.deployment, login.clientId, first.refreshToken)).status).toBe(200);
  const third = notedTokens(
    life,
    await refresh(life.deployment, login.clientId, second.refreshToken),
  );
  expect((await refresh(life.deployment, login.clientId, first.refreshToken)).body.error).toBe(
    'invalid_grant',
  );
  expect((await refresh(life.deployment, login.clientId, third.refreshToken)).status).toBe(400);

  const replayed = await watchedLogIn(life, 'carol');
  notedTokens(life, await redeem(life.deployment, replayed));
  expect((await redeem(life.deployment, replayed)).body.error).toBe('invalid_grant');
  return third;
};

/** A client with a secret of its own, by both ways to show it; then it revokes its grant. */
const confidentialClient = async (life: Life): Promise<void> => {
  for (const method of ['client_secret_basic', 'client_secret_post']) {
    const client = await registerClient(life.deployment, { token_endpoint_auth_method: method });
    const { client_id: clientId = '', client_secret: secret = '' } = client;
    life.secrets.add('client secret', secret);
    const login = await watchedLogIn(life, 'alice', { clientId });
    const basic = { authorization: `Basic ${btoa(`${encodeURIComponent(clientId)}:${secret}`)}` };
    const isBasic = method === 'client_secret_basic';
    const headers = isBasic ? basic : {};
    const credentials = { client_id: clientId, ...(!isBasic && { client_secret: secret }) };
    const answer = await postForm(
      life.deployment,
      '/oauth/token',
      {
        grant_type: 'authorization_code',
        ...credentials,
        code: login.answer.searchParams.get('code') ?? '',
        redirect_uri: login.redirectUri,
        code_verifier: login.codeVerifier,
      },
      headers,
    );
    expect(answer.status).toBe(200);
    const { refreshToken, accessToken } = notedTokens(life, answer);
    const revocation = (token: string) =>
      postForm(life.deployment, '/oauth/revoke', { ...credentials, token }, headers);
    expect((await revocation(accessToken)).body.error).toBe('unsupported_token_type');
    expect((await revocation(refreshToken)).status).toBe(200);
  }
};

const machineClient = async (life: Life): Promise<void> => {
  // Made in this order at start: the broker's secret and the machine client's.
  const secretOf = life.witnessed().filter(({ kind }) => kind === '24 random bytes, hex')[1];
  const credentials = {
    grant_type: 'client_credentials',
    client_id: 'localMachineClient',
    client_secret: noted(life, 'machine secret', secretOf?.value ?? ''),
  };
  const { status, body } = await postForm(life.deployment, '/oauth/token', credentials);
  expect(status).toBe(200);
  expect(await call(life, noted(life, 'machine token', String(body.access_token)), 'whoami')).toBe(
    200,
  );
  const wrong = { ...credentials, client_secret: marker(life, 'wrongSecret') };
  expect((await postForm(life.deployment, '/oauth/token', wrong)).status).toBe(401);
};

/** A wrong password, then the page of connections, where one is ended. */
const person = async (life: Life): Promise<void> => {
  notedTokens(life, await redeem(life.deployment, await watchedLogIn(life, 'alice')));
  const browser = createScriptedBrowser(watchedFetch(life.secrets));
  const { password = '' } = life.deployment.users[0] ?? {};
  life.secrets.add('password', password);
  const visits: readonly Record<string, string>[] = [
    { username: 'alice', password: marker(life, 'wrongPassword') },
    { username: 'alice', password },
    {},
  ];
  let visit = await browser.open(`${life.deployment.issuer}/oauth/connections`);
  for (const fields of visits)
    if (visit.kind === 'page') visit = await browser.submit(visit.page, fields);
  expect(visit).toMatchObject({ kind: 'page', page: { status: 200 } });
};

/** Tokens that are refused for every kind of reason, one of them a real ID token. */
const refusedTokens = async (life: Life, { accessToken }: Tokens): Promise<void> => {
  const idToken =
    life.witnessed().find(({ kind }) => kind === 'id_token from Cognito')?.value ?? '';
  const [header, payload, signature] = accessToken.split('.') as [string, string, string];
  const refused = [
    idToken,
    noted(life, 'unsigned token', `${header}.${payload}.`),
    noted(life, 'altered token', `${header}.${payload}x.${signature}`),
    noted(life, 'opaque token', marker(life, 'opaque')),
    noted(life, 'long token', `${accessToken}${marker(life, 'long').repeat(300)}`),
  ];
  for (const token of refused) expect(await call(life, token, 'whoami')).toBe(401);
  const url = `${life.deployment.mcpUrl}?access_token=${accessToken}&api_key=${marker(life, 'apiKey')}`;
  expect((await fetch(aPost({}, { url }))).status).toBe(400);
  const twice = new Headers([
    ['authorization', `Bearer ${accessToken}`],
    ['authorization', `Bearer ${marker(life, 'second')}`],
  ]);
  expect((await fetch(life.deployment.mcpUrl, { method: 'POST', headers: twice })).status).not.toBe(
    200,
  );
  const basic = { authorization: `Basic ${btoa(marker(life, 'basicUser'))}` };
  expect((await fetch(life.deployment.mcpUrl, { method: 'POST', headers: basic })).status).toBe(
    401,
  );
};

/** Markers in every field that is or may hold a secret, at every endpoint, all of them wrong. */
const garbage = async (life: Life, { accessToken }: Tokens): Promise<void> => {
  const clientId = (await registerClient(life.deployment)).client_id ?? '';
  const secretFields = (...names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, marker(life, name)]));
  const forms: readonly (readonly [string, Record<string, string>])[] = [
    [
      '/oauth/token',
      {
        grant_type: 'authorization_code',
        client_id: clientId,
        redirect_uri: 'http://localhost/',
        ...secretFields('code', 'code_verifier'),
      },
    ],
    [
      '/oauth/token',
      { grant_type: 'refresh_token', client_id: clientId, ...secretFields('refresh_token') },
    ],
    [
      '/oauth/token',
      {
        grant_type: 'refresh_token',
        client_id: clientId,
        ...secretFields('refresh_token', 'client_secret'),
      },
    ],
    [
      '/oauth/token',
      { grant_type: 'password', client_id: clientId, ...secretFields('username', 'password') },
    ],
    [
      '/oauth/token',
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        ...secretFields('assertion', 'client_assertion'),
      },
    ],
    [
      '/oauth/token',
      { grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token: accessToken },
    ],
    ['/oauth/revoke', { client_id: clientId, ...secretFields('token') }],
    ['/oauth/revoke', { client_id: clientId, token: accessToken }],
    ['/oauth/consent', { decision: 'allow', ...secretFields('ticket') }],
    ['/oauth/connections', secretFields('grant', 'form_token')],
  ];
  for (const [path, form] of forms) {
    const headers = {
      cookie: `mcp-browser=${marker(life, 'cookie')}; mcp-connections=${marker(life, 'cookie')}`,
    };
    const init = { method: 'POST', body: new URLSearchParams(form), headers };
    expect((await fetch(life.deployment.issuer + path, init)).status).toBeLessThan(500);
  }
  const queries = [
    `/oauth/callback?code=${marker(life, 'code')}&state=${marker(life, 'state')}`,
    `/oauth/callback?error=x&error_description=${marker(life, 'description')}&state=${marker(life, 'state')}`,
    `/oauth/authorize?client_id=${clientId}&redirect_uri=http://localhost:43117/callback&state=${marker(life, 'state')}&code_challenge=${marker(life, 'challenge')}&login_hint=${marker(life, 'hint')}&request=${marker(life, 'request')}`,
    `/nowhere?token=${marker(life, 'query')}`,
  ];
  for (const path of queries)
    expect(
      (await fetch(life.deployment.issuer + path, { redirect: 'manual' })).status,
    ).toBeLessThan(500);
  const bodies = [
    {
      ...legacyRequest(`tools/call`),
      params: { name: 'add_note', arguments: { title: 7, secret: marker(life, 'argument') } },
    },
    {
      ...legacyRequest('tools/call'),
      params: { name: 'whoami', arguments: marker(life, 'arguments') },
    },
    { ...legacyRequest('ping'), id: marker(life, 'messageId') },
    { jsonrpc: '2.0', id: 1, result: { text: marker(life, 'result') } },
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"token":"${marker(life, 'malformed')}"`,
  ];
  for (const body of bodies) {
    const response = await fetch(aPost(body, { url: life.deployment.mcpUrl, token: accessToken }));
    expect(response.status).toBeLessThan(500);
  }
};

/** Text that a caller may choose and that the log shows, spelled to forge lines or colours. */
const forgeLogLines = async (life: Life, { accessToken }: Tokens): Promise<void> => {
  const forgery = '\u001b[2J\r\n{"forged":true}\u202e\u0085';
  const body = legacyRequest('tools/call', { name: `whoami${forgery}`, arguments: {} });
  await fetch(aPost(body, { url: life.deployment.mcpUrl, token: accessToken }));
  const form = { grant_type: 'refresh_token', refresh_token: 'a.b.c', client_id: forgery };
  await postForm(life.deployment, '/oauth/token', form);
  await registerClient(life.deployment, { client_name: `Nice${forgery}` }).catch(() => {});
  await fetch(`${life.deployment.issuer}/oauth/authorize?client_id=${encodeURIComponent(forgery)}`);
};

export const liveThroughEverything = async (life: Life): Promise<void> => {
  const tokens = await liveAndDie(life);
  await confidentialClient(life);
  await machineClient(life);
  await person(life);
  await refusedTokens(life, tokens);
  await garbage(life, tokens);
  await forgeLogLines(life, tokens);
};
