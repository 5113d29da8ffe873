import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { brokerClientId } from '../../../dev/demo-deployment.ts';
import {
  aBroker,
  issuer,
  machine,
  resource,
  type TestBroker,
  webRedirect,
} from '../../support/broker.ts';

let broker: TestBroker;
beforeAll(async () => {
  broker = await aBroker();
});
afterAll(() => broker.close());
beforeEach(() => {
  broker.events.length = 0;
});

const claimsOf = (token: unknown) =>
  JSON.parse(Buffer.from(String(token).split('.')[1] as string, 'base64url').toString());

describe('the whole login', () => {
  it('hands out Cognito’s own access token, bound to this resource, with short scope names', async () => {
    const { status, body, headers } = await broker.redeem(await broker.login());
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject({ token_type: 'Bearer', scope: 'mcp:tools:read mcp:tools:execute' });
    expect(claimsOf(body.access_token)).toMatchObject({
      iss: broker.simulator.issuer,
      aud: resource,
      client_id: brokerClientId,
      token_use: 'access',
      tenant_id: 'acme',
    });
  });

  it('puts one event on the record for every step, because an incident is read from them', async () => {
    await broker.redeem(await broker.login());
    expect(broker.eventNames()).toEqual([
      'client.registered',
      'authorization.started',
      'authorization.approved',
      'authorization.completed',
      'token.issued',
    ]);
  });

  it('sends `iss` and the untouched state with the code (RFC 9207 §2)', async () => {
    const state = 'a b+c/%20&=#"ü\\';
    const { answer } = await broker.login({ changes: { state } });
    expect(answer.searchParams.get('state')).toBe(state);
    expect(answer.searchParams.get('iss')).toBe(issuer);
  });

  it('sends no state when the client sent none, because it must come back as it went in', async () => {
    const { answer } = await broker.login({ changes: { state: undefined } });
    expect(answer.searchParams.has('state')).toBe(false);
    expect(answer.searchParams.has('code')).toBe(true);
  });

  it('sends `iss` and state with a refusal of the user, too (RFC 9207 §2)', async () => {
    const { answer } = await broker.login({ decision: 'deny' });
    expect(Object.fromEntries(answer.searchParams)).toMatchObject({
      error: 'access_denied',
      state: 'client-state',
      iss: issuer,
    });
  });

  it('grants only what the user’s groups allow, because scopes are granted, not requested', async () => {
    const login = await broker.login({
      username: 'bob',
      changes: { scope: 'mcp:tools:read mcp:tools:execute mcp:notes:delete' },
    });
    const { body } = await broker.redeem(login);
    expect(body.scope).toBe('mcp:tools:read');
  });

  it('asks for the everyday scopes when the client names none, so that no useless token is issued', async () => {
    const { body } = await broker.redeem(await broker.login({ changes: { scope: undefined } }));
    expect(body.scope).toBe('mcp:tools:read mcp:tools:execute mcp:resources:read mcp:prompts:read');
  });

  it('ignores unknown scopes beside known ones, because clients add openid and offline_access', async () => {
    const scope = 'openid offline_access mcp:tools:read';
    const { body } = await broker.redeem(await broker.login({ changes: { scope } }));
    expect(body.scope).toBe('mcp:tools:read');
  });

  it('writes nothing before the user has signed in, because strangers must not fill the table', async () => {
    const writes: string[] = [];
    const store = new Proxy({} as TestBroker['store'], {
      get: (_, name) => async () => {
        // Whether a client is blocked is asked for, and writes nothing.
        if (name !== 'revocations') writes.push(String(name));
        return [];
      },
    });
    const other = await aBroker({ store });
    const url = await other.authorizeUrl(await other.clientId());
    const visit = await other.browser().open(url);
    expect(visit.kind).toBe('page');
    if (visit.kind === 'page') await other.browser().submit(visit.page, { decision: 'deny' });
    expect(writes).toEqual([]);
    await other.close();
  });

  it('works for confidential clients with either way to send the secret, and demands PKCE of them, too', async () => {
    const { body: client } = await broker.register({
      client_name: 'Web client',
      redirect_uris: [webRedirect],
      token_endpoint_auth_method: 'client_secret_post',
    });
    const clientId = client.client_id as string;
    const changes = { redirect_uri: webRedirect };
    const post = await broker.redeem(await broker.login({ clientId, changes }), {
      client_secret: client.client_secret as string,
    });
    expect(post.status).toBe(200);
    const login = await broker.login({ clientId, changes });
    const basic = Buffer.from(`${encodeURIComponent(clientId)}:${client.client_secret}`).toString(
      'base64',
    );
    const answer = await broker.post(
      '/oauth/token',
      {
        grant_type: 'authorization_code',
        code: login.answer.searchParams.get('code') as string,
        redirect_uri: webRedirect,
        code_verifier: 'test-verifier-test-verifier-test-verifier-1234',
      },
      { authorization: `Basic ${basic}` },
    );
    expect(answer.status).toBe(200);
  });
});

describe('the tenant on the consent page', () => {
  const ask = async (browser: ReturnType<TestBroker['browser']>) => {
    const visit = await browser.open(await broker.authorizeUrl(await broker.clientId()));
    if (visit.kind !== 'page') throw new Error('no consent page');
    return visit.page;
  };

  it('is not shown before anybody has signed in, because consent comes before the login', async () => {
    expect((await ask(broker.browser())).html).not.toContain('Tenant');
  });

  it('is that of the last sign-in in this browser, because two accounts are easily mixed up', async () => {
    const browser = broker.browser();
    await broker.login({ browser });
    expect((await ask(browser)).html).toContain('<dt>Tenant</dt><dd>acme');
    expect((await ask(broker.browser())).html).not.toContain('acme');
  });
});

describe('“do not ask again”', () => {
  const signInAndRemember = async () => {
    const clientId = await broker.clientId(webRedirect);
    const browser = broker.browser();
    const url = await broker.authorizeUrl(clientId, { redirect_uri: webRedirect });
    const leaveAt = (at: URL) => at.href.startsWith(`${webRedirect}?`);
    const consent = await browser.open(url, leaveAt);
    if (consent.kind !== 'page') throw new Error('no consent page');
    const login = await browser.submit(
      consent.page,
      { decision: 'allow', remember: 'yes' },
      leaveAt,
    );
    if (login.kind !== 'page') throw new Error('no login page');
    await browser.submit(login.page, { username: 'alice', password: 'Demo-Password-1' }, leaveAt);
    return { clientId, browser, leaveAt };
  };

  it('skips the question for the same client, redirect URI and scopes', async () => {
    const { clientId, browser, leaveAt } = await signInAndRemember();
    const url = await broker.authorizeUrl(clientId, { redirect_uri: webRedirect });
    expect((await browser.open(url, leaveAt)).kind).toBe('left');
  });

  it.each([
    ['more scopes', { scope: 'mcp:tools:read mcp:tools:execute mcp:notes:delete' }],
    ['prompt=consent', { prompt: 'consent' }],
  ])('asks again for %s, because that was not what the user allowed', async (_, changes) => {
    const { clientId, browser, leaveAt } = await signInAndRemember();
    const url = await broker.authorizeUrl(clientId, { redirect_uri: webRedirect, ...changes });
    expect((await browser.open(url, leaveAt)).kind).toBe('page');
  });

  it('never applies to another client, because its registration is somebody else’s word', async () => {
    const { browser, leaveAt } = await signInAndRemember();
    const url = await broker.authorizeUrl(await broker.clientId(webRedirect), {
      redirect_uri: webRedirect,
    });
    expect((await browser.open(url, leaveAt)).kind).toBe('page');
  });
});

describe('refresh', () => {
  const refresh = (clientId: string, handle: unknown, changes = {}) =>
    broker.post('/oauth/token', {
      grant_type: 'refresh_token',
      client_id: clientId,
      refresh_token: String(handle),
      resource,
      ...changes,
    });

  it('rotates the handle at every use (OAuth 2.1 §4.3.1)', async () => {
    const login = await broker.login();
    const first = await broker.redeem(login);
    const second = await refresh(login.clientId, first.body.refresh_token);
    expect(second.status).toBe(200);
    expect(second.body.refresh_token).not.toBe(first.body.refresh_token);
    expect(claimsOf(second.body.access_token).aud).toBe(resource);
    const third = await refresh(login.clientId, second.body.refresh_token);
    expect(third.status).toBe(200);
  });

  it('gives the same next handle to a repeat within ten seconds, because responses get lost', async () => {
    const login = await broker.login();
    const first = await broker.redeem(login);
    const lost = await refresh(login.clientId, first.body.refresh_token);
    broker.advance(9);
    const repeated = await refresh(login.clientId, first.body.refresh_token);
    expect(repeated.status).toBe(200);
    expect(repeated.body.refresh_token).toBe(lost.body.refresh_token);
    expect((await refresh(login.clientId, repeated.body.refresh_token)).status).toBe(200);
  });

  it('lets twenty refreshes with one handle at once agree on the next one', async () => {
    const login = await broker.login();
    const first = await broker.redeem(login);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => refresh(login.clientId, first.body.refresh_token)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
  });

  it('ends the grant here and at Cognito when an old handle comes back later', async () => {
    const login = await broker.login();
    const first = await broker.redeem(login);
    const second = await refresh(login.clientId, first.body.refresh_token);
    broker.advance(11);
    const replay = await refresh(login.clientId, first.body.refresh_token);
    expect(replay.body.error).toBe('invalid_grant');
    expect(broker.eventNames()).toContain('token.refresh_reuse');
    expect((await refresh(login.clientId, second.body.refresh_token)).body.error).toBe(
      'invalid_grant',
    );
    expect(broker.simulator.requests.some(({ path }) => path === '/oauth2/revoke')).toBe(true);
  });

  it('accepts a narrower scope and refuses a wider one (RFC 6749 §6)', async () => {
    const login = await broker.login({ changes: { scope: 'mcp:tools:read' } });
    const { body } = await broker.redeem(login);
    const wider = await refresh(login.clientId, body.refresh_token, {
      scope: 'mcp:tools:read mcp:notes:delete',
    });
    expect(wider.body.error).toBe('invalid_scope');
    const same = await refresh(login.clientId, body.refresh_token, { scope: 'mcp:tools:read' });
    expect(same.status).toBe(200);
  });
});

describe('ending access', () => {
  it('revokes a grant by its refresh handle, here and at Cognito (RFC 7009 §2)', async () => {
    const login = await broker.login();
    const { body } = await broker.redeem(login);
    const token = body.refresh_token as string;
    const revoked = await broker.post('/oauth/revoke', { client_id: login.clientId, token });
    expect(revoked.status).toBe(200);
    expect(broker.eventNames()).toContain('token.revoked');
    const after = await broker.post('/oauth/token', {
      grant_type: 'refresh_token',
      client_id: login.clientId,
      refresh_token: token,
    });
    expect(after.body.error).toBe('invalid_grant');
  });

  it('answers 200 for a token it does not know (RFC 7009 §2.2)', async () => {
    const clientId = await broker.clientId();
    const { status } = await broker.post('/oauth/revoke', {
      client_id: clientId,
      token: 'made.up.token',
    });
    expect(status).toBe(200);
  });

  it('says so when asked to revoke an access token (RFC 7009 §2.2.1)', async () => {
    const login = await broker.login();
    const { body } = await broker.redeem(login);
    const token = body.access_token as string;
    const answer = await broker.post('/oauth/revoke', { client_id: login.clientId, token });
    expect(answer.body.error).toBe('unsupported_token_type');
  });

  it('lists a user’s connections and ends the one they choose, and nobody else’s', async () => {
    const login = await broker.login({ username: 'carol' });
    const { body } = await broker.redeem(login);
    const open = async (username: string) => {
      const browser = broker.browser();
      const page = await browser.open(`${issuer}/oauth/connections`);
      if (page.kind !== 'page') throw new Error('no login page');
      const list = await browser.submit(page.page, { username, password: 'Demo-Password-1' });
      if (list.kind !== 'page') throw new Error('no list');
      return { browser, page: list.page };
    };
    await broker.redeem(await broker.login({ username: 'bob' }));
    const bob = await open('bob');
    expect(bob.page.html).toContain('Test client');
    expect(bob.page.html).not.toContain('globex');
    const carol = await open('carol');
    expect(carol.page.html).toContain('Test client');
    expect(carol.page.html).toContain('globex');
    const grant = carol.page.forms[0]?.fields.grant as string;
    await bob.browser.submit(bob.page, { grant });
    const refresh = () =>
      broker.post('/oauth/token', {
        grant_type: 'refresh_token',
        client_id: login.clientId,
        refresh_token: body.refresh_token as string,
      });
    const stillThere = await refresh();
    expect(stillThere.status).toBe(200);
    const after = await carol.browser.submit(carol.page, {});
    expect(after.kind === 'page' && after.page.html).toContain('No application is connected');
    expect((await refresh()).body.error).toBe('invalid_grant');
  });
});

describe('machine clients', () => {
  const basic = `Basic ${Buffer.from(`${machine.clientId}:${machine.clientSecret}`).toString('base64')}`;

  it('get Cognito’s token with short scope names and no refresh token (RFC 6749 §4.4.3)', async () => {
    const { status, body } = await broker.post(
      '/oauth/token',
      { grant_type: 'client_credentials', scope: 'mcp:tools:read', resource },
      { authorization: basic },
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', scope: 'mcp:tools:read' });
    expect(body.refresh_token).toBeUndefined();
    expect(claimsOf(body.access_token)).toMatchObject({
      mcp_resource: resource,
      tenant_id: 'acme',
    });
  });

  it('are refused with a wrong secret, in the words of RFC 6749 §5.2', async () => {
    const wrong = `Basic ${Buffer.from(`${machine.clientId}:wrong`).toString('base64')}`;
    const answer = await broker.post(
      '/oauth/token',
      { grant_type: 'client_credentials' },
      { authorization: wrong },
    );
    expect(answer.status).toBe(401);
    expect(answer.body.error).toBe('invalid_client');
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /);
  });
});
