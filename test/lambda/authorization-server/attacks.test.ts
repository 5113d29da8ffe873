import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { brokerClientId } from '../../../dev/demo-deployment.ts';
import { createSeal } from '../../../lambda/authorization-server/seal.ts';
import {
  aBroker,
  codeVerifier,
  issuer,
  machine,
  resource,
  type TestBroker,
  webRedirect,
} from '../../support/broker.ts';

/** One attack a test; every title names the section that it defends. */

let broker: TestBroker;
let clientId: string;
beforeAll(async () => {
  broker = await aBroker();
  clientId = await broker.clientId();
});
afterAll(() => broker.close());
beforeEach(() => {
  broker.events.length = 0;
});

const authorize = async (changes: Record<string, string | undefined>, id = clientId) =>
  broker.get((await broker.authorizeUrl(id, changes)).slice(issuer.length));

/** The error that the client's redirect URI receives, after checking that `iss` and state are there. */
const redirectedError = (response: Response): string | null => {
  expect(response.status).toBe(303);
  const location = new URL(response.headers.get('location') as string);
  expect(location.searchParams.get('iss')).toBe(issuer);
  expect(location.searchParams.get('state')).toBe('client-state');
  return location.searchParams.get('error');
};

const expectPageWithoutRedirect = (response: Response): void => {
  expect(response.status).toBeGreaterThanOrEqual(400);
  expect(response.headers.has('location')).toBe(false);
  expect(response.headers.get('content-type')).toMatch(/^text\/html/);
};

const refresh = (id: string, handle: unknown, changes = {}) =>
  broker.post('/oauth/token', {
    grant_type: 'refresh_token',
    client_id: id,
    refresh_token: String(handle),
    ...changes,
  });

const consentPageOf = async (changes: Record<string, string | undefined> = {}) => {
  const browser = broker.browser();
  const visit = await browser.open(await broker.authorizeUrl(clientId, changes));
  if (visit.kind !== 'page') throw new Error('no consent page');
  return { browser, page: visit.page, ticket: visit.page.forms[0]?.fields.ticket as string };
};

describe('PKCE', () => {
  it.each([
    ['no challenge at all (OAuth 2.1 §4.1.1)', { code_challenge: undefined }],
    ['the plain method (RFC 7636 §4.2, RFC 9700 §2.1.1)', { code_challenge_method: 'plain' }],
    [
      'a challenge without a method, which means plain (RFC 7636 §4.3)',
      { code_challenge_method: undefined },
    ],
    ['a method in other case (RFC 7636 §4.3)', { code_challenge_method: 's256' }],
    ['a challenge that is no SHA-256 (RFC 7636 §4.2)', { code_challenge: 'short' }],
    ['an empty challenge (RFC 6749 §3.1)', { code_challenge: '' }],
  ])('refuses %s', async (_, changes) => {
    expect(redirectedError(await authorize(changes))).toBe('invalid_request');
  });

  it.each([
    ['a wrong verifier (RFC 7636 §4.6)', 'x'.repeat(43)],
    ['the challenge itself as verifier, a downgrade to plain (RFC 9700 §4.8.2)', 'CHALLENGE'],
    ['a verifier that is too short (RFC 7636 §4.1)', 'short'],
    ['a verifier that is too long (RFC 7636 §4.1)', 'v'.repeat(129)],
  ])('refuses %s and ends the sign-in', async (_, verifier) => {
    const login = await broker.login();
    const challenge = new URL(await broker.authorizeUrl(clientId)).searchParams.get(
      'code_challenge',
    );
    const code_verifier = verifier === 'CHALLENGE' ? (challenge as string) : verifier;
    const answer = await broker.redeem(login, { code_verifier });
    expect(answer.body.error).toBe('invalid_grant');
    expect(broker.lastReason()).toBe('pkce_mismatch');
    expect((await broker.redeem(login)).body.error).toBe('invalid_grant');
  });

  it('refuses a token request without verifier (OAuth 2.1 §4.1.3)', async () => {
    const answer = await broker.redeem(await broker.login(), { code_verifier: '' });
    expect(answer.body.error).toBe('invalid_request');
  });
});

describe('authorization codes', () => {
  it('gives nothing for a code that it never issued (RFC 6749 §10.10)', async () => {
    const login = await broker.login();
    login.answer.searchParams.set('code', 'A'.repeat(43));
    expect((await broker.redeem(login)).body.error).toBe('invalid_grant');
  });

  it('revokes everything when a code is used twice (RFC 6749 §4.1.2)', async () => {
    const login = await broker.login();
    const first = await broker.redeem(login);
    expect((await broker.redeem(login)).body.error).toBe('invalid_grant');
    expect(broker.eventNames()).toContain('token.code_reuse');
    const after = await refresh(login.clientId, first.body.refresh_token);
    expect(after.body.error).toBe('invalid_grant');
  });

  it('lets exactly one of twenty concurrent uses of a code through (RFC 6749 §10.5)', async () => {
    const login = await broker.login();
    const answers = await Promise.all(Array.from({ length: 20 }, () => broker.redeem(login)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('refuses a code after a minute (RFC 6749 §4.1.2)', async () => {
    const login = await broker.login();
    broker.advance(61);
    expect((await broker.redeem(login)).body.error).toBe('invalid_grant');
    expect(broker.lastReason()).toBe('code_expired');
  });

  it('refuses a code injected into another client (RFC 9700 §4.5)', async () => {
    const login = await broker.login();
    const other = await broker.clientId();
    const answer = await broker.redeem({ ...login, clientId: other });
    expect(answer.body.error).toBe('invalid_grant');
    expect(broker.lastReason()).toBe('code_client_mismatch');
  });

  it.each([
    ['another registered URI', webRedirect],
    ['another loopback port', 'http://localhost:43211/callback'],
    ['another loopback name', 'http://127.0.0.1:43210/callback'],
  ])('refuses a code redeemed with %s (RFC 6749 §4.1.3)', async (_, redirect_uri) => {
    const answer = await broker.redeem(await broker.login(), { redirect_uri });
    expect(answer.body.error).toBe('invalid_grant');
    expect(broker.lastReason()).toBe('code_redirect_mismatch');
  });

  it('cannot be fed a code of Cognito’s: only codes that it issued exist (RFC 9700 §4.5)', async () => {
    const { browser, page } = await consentPageOf();
    const login = await browser.submit(page, { decision: 'allow' });
    if (login.kind !== 'page') throw new Error('no login page');
    const back = await browser.submit(
      login.page,
      { username: 'alice', password: 'Demo-Password-1' },
      (url) => url.pathname === '/oauth/callback',
    );
    const code = (back as { url: URL }).url.searchParams.get('code') as string;
    const answer = await broker.post('/oauth/token', {
      grant_type: 'authorization_code',
      client_id: clientId,
      code,
      redirect_uri: 'http://localhost:43210/callback',
      code_verifier: codeVerifier,
    });
    expect(answer.body.error).toBe('invalid_grant');
  });
});

describe('redirect URIs', () => {
  it.each([
    ['a host that was not registered (OAuth 2.1 §2.3.1)', 'https://evil.example/callback'],
    ['a longer path (OAuth 2.1 §2.3.1)', `${webRedirect}/more`],
    [
      'a query that was not registered (OAuth 2.1 §2.3.1)',
      `${webRedirect}?next=https://evil.example`,
    ],
    ['other case (RFC 9700 §4.1.3)', 'https://CLIENT.example/callback'],
    ['a percent-encoded path (RFC 9700 §4.1.3)', 'https://client.example/%63allback'],
    ['a dot segment (RFC 9700 §4.1.3)', 'https://client.example/x/../callback'],
    ['a port on an https URI (OAuth 2.1 §2.3.1)', 'https://client.example:8443/callback'],
    ['user information (RFC 9700 §4.1.1)', 'https://client.example@evil.example/callback'],
    ['a fragment (RFC 6749 §3.1.2)', `${webRedirect}#code`],
    ['a backslash (RFC 9700 §4.1.1)', 'https://client.example\\@evil.example/callback'],
    ['a trailing dot in the host (OAuth 2.1 §2.3.1)', 'https://client.example./callback'],
    ['http instead of https (OAuth 2.1 §1.5)', 'http://client.example/callback'],
    ['a loopback name that was not registered (RFC 8252 §7.3)', 'http://127.0.0.1:5000/callback'],
    ['a loopback path that was not registered (RFC 8252 §7.3)', 'http://localhost:5000/other'],
    [
      'a host that begins like loopback (RFC 8252 §8.3)',
      'http://localhost.evil.example:5000/callback',
    ],
    ['loopback as user information (RFC 8252 §8.3)', 'http://localhost:5000@evil.example/callback'],
    ['a script (RFC 9700 §4.1.1)', 'javascript:alert(1)//callback'],
    ['a line break (RFC 9112 §11.1)', `${webRedirect}\r\nSet-Cookie: a=b`],
    ['nothing (OAuth 2.1 §4.1.1)', undefined],
  ])('never redirects to %s', async (_, redirect_uri) => {
    expectPageWithoutRedirect(await authorize({ redirect_uri }));
    expect(broker.eventNames()).toEqual(['authorization.failed']);
  });

  it('does not turn an error of an unknown client into an open redirect (RFC 9700 §4.11.2)', async () => {
    expectPageWithoutRedirect(await authorize({ response_type: 'bogus' }, 'unknown-client'));
  });

  it.each([
    ['javascript:alert(1)', 'a script'],
    ['data:text/html,x', 'a data URL'],
    ['http://evil.example/callback', 'plain http'],
    ['https://user:pass@evil.example/', 'user information'],
    ['https://evil.example/#f', 'a fragment'],
    ['//evil.example/callback', 'a relative reference'],
    ['file:///etc/passwd', 'a file'],
  ])('refuses to register %s (RFC 7591 §5, RFC 8252 §8.4)', async (uri) => {
    const { status, body } = await broker.register({ redirect_uris: [webRedirect, uri] });
    expect(status).toBe(400);
    expect(body.error).toBe('invalid_redirect_uri');
  });
});

describe('consent', () => {
  it('sets no upstream state before the user has approved (MCP security best practices, confused deputy)', async () => {
    const before = broker.simulator.requests.length;
    const response = await authorize({});
    const cookies = response.headers.getSetCookie().join();
    expect(cookies).not.toContain('mcp-signin');
    expect(response.headers.get('location')).toBeNull();
    expect(broker.simulator.requests.length).toBe(before);
  });

  it('asks again for a second client of the same browser (confused deputy with a static upstream client)', async () => {
    const browser = broker.browser();
    await broker.login({ browser });
    const visit = await browser.open(await broker.authorizeUrl(await broker.clientId()));
    expect(visit.kind === 'page' && visit.page.html).toContain('Allow');
  });

  it('refuses a form posted from another site (RFC 9700 §4.7)', async () => {
    const { ticket } = await consentPageOf();
    const answer = await broker.post(
      '/oauth/consent',
      { ticket, decision: 'allow' },
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    );
    expect(answer.status).toBe(403);
    expect(broker.lastReason()).toBe('consent_forged');
  });

  it('refuses a form whose browser never saw the question (RFC 9700 §4.7)', async () => {
    const { ticket } = await consentPageOf();
    const answer = await broker.post('/oauth/consent', { ticket, decision: 'allow' });
    expect(answer.status).toBe(403);
  });

  it('refuses a form with a cookie the attacker planted (RFC 6265 §8.6)', async () => {
    const { ticket } = await consentPageOf();
    const cookie = `__Host-mcp-browser=${'A'.repeat(43)}`;
    const answer = await broker.post('/oauth/consent', { ticket, decision: 'allow' }, { cookie });
    expect(answer.status).toBe(403);
  });

  it('accepts cookies only under the __Host- prefix (RFC 6265bis §4.1.3.2)', async () => {
    const response = await authorize({});
    for (const cookie of response.headers.getSetCookie()) {
      expect(cookie).toMatch(/^__Host-[^;]+; .*Path=\/; .*HttpOnly; Secure; SameSite=Lax$/);
    }
  });

  it.each([
    ['altered', (ticket: string) => `${ticket.slice(0, -2)}AA`],
    ['empty', () => ''],
    ['of another purpose', () => clientId.slice('dyn.'.length)],
  ])('refuses a ticket that is %s (RFC 7516 §5.2)', async (_, alter) => {
    const { browser, page, ticket } = await consentPageOf();
    const answer = await browser.submit(page, { ticket: alter(ticket), decision: 'allow' });
    expect(answer.kind === 'page' && answer.page.status).toBe(400);
  });

  it('refuses a ticket after ten minutes (MCP security best practices)', async () => {
    const { browser, page } = await consentPageOf();
    broker.advance(601);
    const answer = await browser.submit(page, { decision: 'allow' });
    expect(answer.kind === 'page' && answer.page.status).toBe(400);
  });

  it('cannot be framed (RFC 9700 §4.16)', async () => {
    const { headers } = await authorize({});
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('shows a client’s name as text, whatever is in it (OWASP ASVS 5.0 V1.2.1)', async () => {
    const { body } = await broker.register({
      client_name: '<img src=x onerror=alert(1)>\u202eevil',
      redirect_uris: [webRedirect],
    });
    const response = await authorize({ redirect_uri: webRedirect }, body.client_id as string);
    const html = await response.text();
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;evil');
    expect(html).not.toContain('<img');
  });

  it('warns when a program on this computer will get the answer (MCP, localhost impersonation)', async () => {
    expect(await (await authorize({})).text()).toContain('A program on this computer is asking');
    const web = await (await authorize({ redirect_uri: webRedirect })).text();
    expect(web).not.toContain('A program on this computer is asking');
    expect(web).toContain('client.example');
  });

  it('shows nothing for prompt=none (OpenID Connect Core §3.1.2.1)', async () => {
    expect(redirectedError(await authorize({ prompt: 'none' }))).toBe('consent_required');
  });
});

describe('the callback', () => {
  const callbackUrlOf = async () => {
    const { browser, page } = await consentPageOf();
    const login = await browser.submit(page, { decision: 'allow' });
    if (login.kind !== 'page') throw new Error('no login page');
    const visit = await browser.submit(
      login.page,
      { username: 'alice', password: 'Demo-Password-1' },
      (url) => url.pathname === '/oauth/callback',
    );
    if (visit.kind !== 'left') throw new Error('no callback');
    return { browser, url: visit.url };
  };

  it('refuses an answer in a browser that did not ask: login CSRF (RFC 9700 §4.7)', async () => {
    const { url } = await callbackUrlOf();
    const visit = await broker.browser().open(url);
    expect(visit.kind === 'page' && visit.page.status).toBe(400);
    expect(broker.lastReason()).toBe('transaction_unknown');
  });

  it('refuses another state of the same browser: code injection across tabs (RFC 9700 §4.5)', async () => {
    const { browser, url } = await callbackUrlOf();
    url.searchParams.set(
      'state',
      `${url.searchParams.get('state')?.slice(0, 12)}${'A'.repeat(31)}`,
    );
    const visit = await browser.open(url);
    expect(visit.kind === 'page' && visit.page.status).toBe(400);
  });

  it('uses a state once (MCP security best practices)', async () => {
    const { browser, url } = await callbackUrlOf();
    const leaveAt = (at: URL) => at.hostname === 'localhost';
    expect((await browser.open(url, leaveAt)).kind).toBe('left');
    expect((await browser.open(url, leaveAt)).kind).toBe('page');
  });

  it('forgets a state after ten minutes (MCP security best practices)', async () => {
    const { browser, url } = await callbackUrlOf();
    broker.advance(601);
    const visit = await browser.open(url, (at) => at.hostname === 'localhost');
    expect(visit.kind).toBe('page');
  });

  it('refuses an answer that names another issuer: mix-up (RFC 9207 §2.4)', async () => {
    const { browser, url } = await callbackUrlOf();
    url.searchParams.set('iss', 'https://evil.example');
    const visit = await browser.open(url, (at) => at.hostname === 'localhost');
    expect(visit.kind === 'left' && visit.url.searchParams.get('error')).toBe('server_error');
  });

  it('refuses a made-up code and tells the client in its own terms (RFC 6749 §4.1.2.1)', async () => {
    const { browser, url } = await callbackUrlOf();
    url.searchParams.set('code', 'made-up');
    const visit = await browser.open(url, (at) => at.hostname === 'localhost');
    if (visit.kind !== 'left') throw new Error('no answer');
    expect(visit.url.searchParams.get('iss')).toBe(issuer);
    expect(visit.url.searchParams.has('code')).toBe(false);
  });

  it('asks Cognito with its own state, PKCE and nonce, never with the client’s (RFC 9700 §4.5.3)', async () => {
    const { browser, page } = await consentPageOf();
    const visit = await browser.submit(
      page,
      { decision: 'allow' },
      (url) => url.pathname === '/oauth2/authorize',
    );
    if (visit.kind !== 'left') throw new Error('no redirect');
    const sent = visit.url.searchParams;
    expect(sent.get('state')).not.toBe('client-state');
    expect(sent.get('nonce')).toHaveLength(43);
    expect(sent.get('code_challenge_method')).toBe('S256');
    expect(sent.get('redirect_uri')).toBe(`${issuer}/oauth/callback`);
    expect(sent.get('resource')).toBe(resource);
  });
});

describe('resources and scopes', () => {
  it.each([
    ['another server', 'https://other.example/mcp'],
    ['a sub-path', `${resource}/sub`],
    ['the origin', issuer],
    ['other case', 'https://MCP.example.com/mcp'],
    ['a fragment', `${resource}#x`],
  ])('refuses %s as resource when authorizing (RFC 8707 §2)', async (_, value) => {
    expect(redirectedError(await authorize({ resource: value }))).toBe('invalid_target');
  });

  it('refuses another resource at the token endpoint, without using the code up (RFC 8707 §2.2)', async () => {
    const login = await broker.login();
    const swapped = await broker.redeem(login, { resource: 'https://other.example/mcp' });
    expect(swapped.body.error).toBe('invalid_target');
    expect((await broker.redeem(login)).status).toBe(200);
  });

  it('refuses another resource on refresh (RFC 8707 §2.2)', async () => {
    const login = await broker.login();
    const { body } = await broker.redeem(login);
    const answer = await refresh(login.clientId, body.refresh_token, {
      resource: 'https://other.example/mcp',
    });
    expect(answer.body.error).toBe('invalid_target');
  });

  it('refuses more scope on refresh (RFC 6749 §6)', async () => {
    const login = await broker.login({ changes: { scope: 'mcp:tools:read' } });
    const { body } = await broker.redeem(login);
    const answer = await refresh(login.clientId, body.refresh_token, { scope: 'mcp:notes:delete' });
    expect(answer.body.error).toBe('invalid_scope');
  });

  it('refuses a request for nothing that exists (RFC 6749 §4.1.2.1)', async () => {
    expect(redirectedError(await authorize({ scope: 'aws.cognito.signin.user.admin' }))).toBe(
      'invalid_scope',
    );
  });

  it('refuses a malformed scope (RFC 6749 §3.3)', async () => {
    expect(redirectedError(await authorize({ scope: 'mcp:tools:read "quoted"' }))).toBe(
      'invalid_scope',
    );
  });

  it('refuses other response types: no token in a URL (RFC 9700 §2.1.2)', async () => {
    expect(redirectedError(await authorize({ response_type: 'token' }))).toBe(
      'unsupported_response_type',
    );
    expect(redirectedError(await authorize({ response_type: 'code token' }))).toBe(
      'unsupported_response_type',
    );
  });

  it('refuses request objects, whose claims it would have to ignore (RFC 9101 §4)', async () => {
    expect(redirectedError(await authorize({ request: 'eyJhbGciOiJub25lIn0.e30.' }))).toBe(
      'invalid_request',
    );
    expect(redirectedError(await authorize({ request_uri: 'https://evil.example/r' }))).toBe(
      'invalid_request',
    );
  });
});

describe('refresh handles', () => {
  it('are worthless to another client (RFC 6749 §10.4)', async () => {
    const login = await broker.login();
    const { body } = await broker.redeem(login);
    const stolen = await refresh(await broker.clientId(), body.refresh_token);
    expect(stolen.body.error).toBe('invalid_grant');
    expect((await refresh(login.clientId, body.refresh_token)).status).toBe(200);
  });

  it('cannot be made up from a grant id to end somebody’s grant (RFC 6749 §10.10)', async () => {
    const login = await broker.login();
    const { body } = await broker.redeem(login);
    const [grantId] = String(body.refresh_token).split('.');
    const forged = `${grantId}.${'A'.repeat(43)}.${'A'.repeat(22)}`;
    expect((await refresh(login.clientId, forged)).body.error).toBe('invalid_grant');
    expect(broker.eventNames()).not.toContain('token.refresh_reuse');
    expect((await refresh(login.clientId, body.refresh_token)).status).toBe(200);
  });

  it.each(['', 'a.b', 'a.b.c.d', '..', 'é.b.c', 'a'.repeat(4096)])(
    'that are malformed are refused, never a fault (%j, RFC 6749 §5.2)',
    async (handle) => {
      const { status } = await refresh(clientId, handle);
      expect(status).toBe(400);
    },
  );
});

describe('clients', () => {
  it('cannot forge a registration: the id is authenticated (RFC 7591 §5)', async () => {
    const foreign = createSeal(
      [{ id: 'k1', key: Buffer.alloc(32, 9).toString('base64url') }],
      Date.now,
    );
    const sealed = await foreign.seal(
      'client',
      { n: 'x', r: ['https://evil.example/cb'], m: 'none', f: true },
      Date.now() / 1000 + 9999,
    );
    expectPageWithoutRedirect(
      await authorize({ redirect_uri: 'https://evil.example/cb' }, `dyn.${sealed}`),
    );
  });

  it('lose their registration after ninety days (RFC 7591 §3.2.1)', async () => {
    const other = await aBroker();
    const id = await other.clientId();
    other.advance(90 * 86_400 + 1);
    const response = await other.get((await other.authorizeUrl(id)).slice(issuer.length));
    expectPageWithoutRedirect(response);
    expect(other.lastReason()).toBe('client_unknown');
    await other.close();
  });

  it('with a secret cannot act without it (RFC 6749 §3.2.1)', async () => {
    const { body } = await broker.register({
      redirect_uris: [webRedirect],
      token_endpoint_auth_method: 'client_secret_basic',
    });
    const login = await broker.login({
      clientId: body.client_id as string,
      changes: { redirect_uri: webRedirect },
    });
    const without = await broker.redeem(login);
    expect(without.status).toBe(401);
    expect(without.body.error).toBe('invalid_client');
    const wrong = await broker.redeem(login, { client_secret: 'A'.repeat(43) });
    expect(wrong.body.error).toBe('invalid_client');
    const right = await broker.redeem(login, { client_secret: body.client_secret as string });
    expect(right.status).toBe(200);
  });

  it('that authenticate in two ways at once are refused (RFC 6749 §2.3)', async () => {
    const basic = `Basic ${Buffer.from(`${machine.clientId}:${machine.clientSecret}`).toString('base64')}`;
    const answer = await broker.post(
      '/oauth/token',
      {
        grant_type: 'client_credentials',
        client_id: machine.clientId,
        client_secret: machine.clientSecret,
      },
      { authorization: basic },
    );
    expect(answer.body.error).toBe('invalid_request');
  });

  it('of users cannot use client_credentials (RFC 6749 §4.4)', async () => {
    const answer = await broker.post('/oauth/token', {
      grant_type: 'client_credentials',
      client_id: clientId,
    });
    expect(answer.body.error).toBe('unauthorized_client');
  });

  it('of machines cannot sign users in: they have no redirect URI (RFC 6749 §3.1.2)', async () => {
    expectPageWithoutRedirect(await authorize({}, machine.clientId));
  });

  it('cannot use the broker’s own upstream client id (confused deputy, RFC 9700 §4.13)', async () => {
    expectPageWithoutRedirect(await authorize({}, brokerClientId));
    const answer = await broker.post('/oauth/token', {
      grant_type: 'client_credentials',
      client_id: brokerClientId,
      client_secret: 'guess',
    });
    expect(answer.body.error).toBe('invalid_client');
  });

  it.each(['password', 'urn:ietf:params:oauth:grant-type:device_code', 'implicit', '__proto__'])(
    'cannot use the grant type %s (OAuth 2.1 §10)',
    async (grant_type) => {
      const answer = await broker.post('/oauth/token', { grant_type, client_id: clientId });
      expect(answer.body.error).toBe('unsupported_grant_type');
    },
  );
});

describe('requests that are built to break something', () => {
  it.each(['client_id', 'redirect_uri', 'state', 'scope', 'code_challenge', 'resource'])(
    'refuses %s sent twice, because two parsers would read two requests (RFC 6749 §3.1)',
    async (name) => {
      const url = new URL(await broker.authorizeUrl(clientId));
      url.searchParams.append(name, 'https://evil.example/');
      expectPageWithoutRedirect(await broker.get(url.pathname + url.search));
    },
  );

  it.each(['state', 'scope', 'client_id', 'login_hint', 'code_challenge'])(
    'refuses an oversized %s (RFC 9700 §2.1)',
    async (name) => {
      const response = await authorize({ [name]: 'a'.repeat(10_000) });
      expectPageWithoutRedirect(response);
    },
  );

  it('refuses a token request body over 64 KB (RFC 6749 §5.2)', async () => {
    const answer = await broker.post('/oauth/token', {
      grant_type: 'refresh_token',
      junk: 'a'.repeat(70_000),
    });
    expect(answer.status).toBe(413);
    expect(answer.body.error).toBe('invalid_request');
  });

  it('writes no line break of a caller into a header (RFC 9112 §11.1)', async () => {
    const response = await authorize({ state: 'a\r\nSet-Cookie: x=y', scope: 'bogus' });
    const location = response.headers.get('location') as string;
    expect(location).not.toMatch(/[\r\n]/);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it('never quotes the request on an error page (OWASP ASVS 5.0 V1.2.1)', async () => {
    const response = await authorize({
      redirect_uri: 'https://evil.example/<script>alert(1)</script>',
    });
    const html = await response.text();
    expect(html).not.toContain('evil.example');
    expect(html).not.toContain('<script');
  });

  it('keeps nothing of a thousand registrations (RFC 7591 §5, registration flood)', async () => {
    const touched: string[] = [];
    const store = new Proxy({} as TestBroker['store'], {
      get: (_, name) => {
        touched.push(String(name));
        return undefined;
      },
    });
    const flooded = await aBroker({ store });
    for (let batch = 0; batch < 20; batch += 1) {
      await Promise.all(Array.from({ length: 50 }, () => flooded.register()));
    }
    expect(touched).toEqual([]);
    expect(flooded.simulator.requests).toHaveLength(0);
    await flooded.close();
  });

  it.each([
    ['GET', '/oauth/token'],
    ['GET', '/oauth/register'],
    ['PUT', '/oauth/authorize'],
    ['DELETE', '/oauth/revoke'],
    ['POST', '/oauth/callback'],
  ])('answers %s %s with 405 and what is allowed (RFC 9110 §15.5.6)', async (method, path) => {
    const response = await broker.serve(new Request(issuer + path, { method }));
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBeTruthy();
  });

  it.each([
    '/oauth',
    '/oauth/',
    '/oauth/unknown',
    '/oauth/token/',
    '/oauth/__proto__',
    '/.well-known/openid-configuration',
  ])('answers %s with a clean 404 (RFC 8414 §3)', async (path) => {
    const response = await broker.get(path);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/json');
  });
});
