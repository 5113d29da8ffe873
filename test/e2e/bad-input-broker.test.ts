import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aLocalDeployment, eventCode, type LocalDeployment } from '../support/local-deployment.ts';
import {
  accessTokenOf,
  authorizationUrl,
  handMadeRedirectUri,
  registerClient,
} from '../support/oauth-by-hand.ts';
import { type WireAnswer, wireAnswer } from '../support/wire-answer.ts';
import { expectNoInternals } from '../support/wire-body.ts';

/** Nonsense at every endpoint of the broker: pages for people, errors of the RFC for clients. */

let local: LocalDeployment;
let token: string;
let clientId: string;

beforeAll(async () => {
  local = await aLocalDeployment();
  token = await accessTokenOf(local, 'alice');
  clientId = (await registerClient(local)).client_id as string;
});

afterAll(() => local.close());

type FormFields = Readonly<Record<string, string | undefined>>;

describe('the authorization endpoint', () => {
  const verifier = 'v'.repeat(43);
  const open = async (changes: FormFields): Promise<WireAnswer & { location?: URL }> => {
    const url = await authorizationUrl(
      local,
      { clientId, state: 's', codeVerifier: verifier },
      changes,
    );
    const response = await fetch(url, { redirect: 'manual' });
    const location = response.headers.get('location');
    return { ...(await wireAnswer(response)), ...(location && { location: new URL(location) }) };
  };

  it.each([
    ['without client_id', { client_id: undefined }, 'invalid_request'],
    ['with an unknown client_id', { client_id: 'nobody' }, 'invalid_client'],
    ['with a forged dynamic client_id', { client_id: 'dyn.a.b.c.d.e' }, 'invalid_client'],
    [
      'with a metadata document that cannot be read',
      { client_id: 'https://example.com/client.json' },
      'invalid_client',
    ],
    ['without redirect_uri', { redirect_uri: undefined }, 'invalid_redirect_uri'],
    [
      'with somebody else’s redirect_uri',
      { redirect_uri: 'https://evil.example/' },
      'invalid_redirect_uri',
    ],
    ['with a parameter of 5000 characters', { state: 's'.repeat(5000) }, 'invalid_request'],
  ])('shows a page %s, because nobody may be redirected yet', async (_, changes, code) => {
    const { status, headers, text, location } = await open(changes);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toContain('text/html');
    expect(text).toContain(`<code>${code}</code>`);
    expect(location).toBeUndefined();
  });

  it('shows a page for a parameter that is sent twice, because two parsers read it differently', async () => {
    const url = await authorizationUrl(local, { clientId, state: 's', codeVerifier: verifier });
    const answer = await wireAnswer(
      await fetch(`${url}&redirect_uri=${encodeURIComponent('https://evil.example/')}`, {
        redirect: 'manual',
      }),
    );
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('<code>invalid_request</code>');
  });

  it.each([
    ['response_type is missing', { response_type: undefined }, 'unsupported_response_type'],
    ['response_type is token', { response_type: 'token' }, 'unsupported_response_type'],
    ['code_challenge is missing', { code_challenge: undefined }, 'invalid_request'],
    ['code_challenge_method is missing', { code_challenge_method: undefined }, 'invalid_request'],
    ['code_challenge_method is plain', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['code_challenge is too short', { code_challenge: 'short' }, 'invalid_request'],
    ['resource is another server', { resource: 'https://other.example.com/mcp' }, 'invalid_target'],
    ['scope names nothing that exists', { scope: 'root' }, 'invalid_scope'],
    ['scope is malformed', { scope: 'a"b' }, 'invalid_scope'],
    ['it is a request object', { request: 'e30.e30.' }, 'invalid_request'],
  ])('tells the client when %s, with state and iss', async (_, changes, error) => {
    const { status, location } = await open(changes);
    expect(status).toBe(303);
    expect(location?.href.startsWith(`${handMadeRedirectUri}?`)).toBe(true);
    const answered = Object.fromEntries(location?.searchParams ?? []);
    expect(answered).toMatchObject({ error, state: 's', iss: local.issuer });
    expectNoInternals(answered.error_description ?? '');
  });
});

describe('the endpoints that take forms', () => {
  const post = async (path: string, form: FormFields, headers: Record<string, string> = {}) => {
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(form))
      if (value !== undefined) body.set(name, value);
    return wireAnswer(
      await fetch(local.origin + path, { method: 'POST', body, headers, redirect: 'manual' }),
    );
  };
  const code = () => ({
    grant_type: 'authorization_code',
    client_id: clientId,
    code: 'unknown',
    redirect_uri: handMadeRedirectUri,
    code_verifier: 'v'.repeat(43),
  });
  const refresh = () => ({
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: 'a.b.c',
  });

  it.each([
    ['/oauth/token', 'nothing', () => ({}), 400, 'invalid_request'],
    [
      '/oauth/token',
      'no grant_type',
      () => ({ ...code(), grant_type: undefined }),
      400,
      'invalid_request',
    ],
    [
      '/oauth/token',
      'an unknown grant_type',
      () => ({ ...code(), grant_type: 'password' }),
      400,
      'unsupported_grant_type',
    ],
    [
      '/oauth/token',
      'no client_id',
      () => ({ ...code(), client_id: undefined }),
      400,
      'invalid_request',
    ],
    [
      '/oauth/token',
      'an unknown client_id',
      () => ({ ...code(), client_id: 'nobody' }),
      401,
      'invalid_client',
    ],
    ['/oauth/token', 'no code', () => ({ ...code(), code: undefined }), 400, 'invalid_request'],
    ['/oauth/token', 'an unknown code', code, 400, 'invalid_grant'],
    [
      '/oauth/token',
      'no redirect_uri',
      () => ({ ...code(), redirect_uri: undefined }),
      400,
      'invalid_request',
    ],
    [
      '/oauth/token',
      'no code_verifier',
      () => ({ ...code(), code_verifier: undefined }),
      400,
      'invalid_request',
    ],
    [
      '/oauth/token',
      'another resource',
      () => ({ ...code(), resource: 'https://other.example.com/' }),
      400,
      'invalid_target',
    ],
    [
      '/oauth/token',
      'no refresh_token',
      () => ({ ...refresh(), refresh_token: undefined }),
      400,
      'invalid_request',
    ],
    ['/oauth/token', 'an unknown refresh_token', refresh, 400, 'invalid_grant'],
    [
      '/oauth/token',
      'client_credentials of a user client',
      () => ({ grant_type: 'client_credentials', client_id: clientId }),
      400,
      'unauthorized_client',
    ],
    [
      '/oauth/token',
      'a machine client without its secret',
      () => ({ grant_type: 'client_credentials', client_id: local.machineClient.clientId }),
      401,
      'invalid_client',
    ],
    [
      '/oauth/token',
      'a machine client with a wrong secret',
      () => ({
        grant_type: 'client_credentials',
        client_id: local.machineClient.clientId,
        client_secret: 'wrong',
      }),
      401,
      'invalid_client',
    ],
    ['/oauth/revoke', 'nothing', () => ({}), 400, 'invalid_request'],
    ['/oauth/revoke', 'no token', () => ({ client_id: clientId }), 400, 'invalid_request'],
    ['/oauth/revoke', 'no client_id', () => ({ token: 'a.b.c' }), 400, 'invalid_request'],
    [
      '/oauth/revoke',
      'an access token',
      () => ({ client_id: clientId, token }),
      400,
      'unsupported_token_type',
    ],
  ])('%s answers %s with the code of its RFC', async (path, _, form, status, error) => {
    const events = await local.eventsDuring(async () => {
      const answer = await post(path, form());
      expect(answer.status).toBe(status);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(JSON.parse(answer.text)).toEqual({ error, error_description: expect.any(String) });
    });
    expect(events.map(eventCode)).toEqual(['token.refused']);
  });

  it.each([
    ['/oauth/token', 'Basic credentials that are no base64', { authorization: 'Basic %%%' }],
    [
      '/oauth/token',
      'Basic credentials without a colon',
      { authorization: `Basic ${btoa('nobody')}` },
    ],
    [
      '/oauth/token',
      'Basic credentials that do not decode',
      { authorization: `Basic ${btoa('%zz:%zz')}` },
    ],
    ['/oauth/revoke', 'another scheme', { authorization: 'Digest x' }],
  ])('%s answers %s with 401 and its own challenge', async (path, _, headers) => {
    const answer = await post(path, { ...refresh(), token: 'x' }, headers);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="oauth"');
    expect(JSON.parse(answer.text)).toMatchObject({ error: 'invalid_client' });
  });

  it.each([
    ['/oauth/consent', 'nothing', {}, 400],
    [
      '/oauth/consent',
      'a ticket that we never sealed',
      { ticket: 'a.b.c.d.e', decision: 'allow' },
      400,
    ],
    ['/oauth/connections', 'nothing', {}, 400],
    ['/oauth/connections', 'a grant and nobody signed in', { grant: 'x', form_token: 'y' }, 400],
  ])('%s answers %s with a page, because a person is looking', async (path, _, form, status) => {
    const answer = await post(path, form);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(answer.text).toContain('Sign-in stopped');
  });

  it('/oauth/consent answers a form of another site with 403, because of CSRF', async () => {
    const answer = await post(
      '/oauth/consent',
      { ticket: 'x', decision: 'allow' },
      { origin: 'https://evil.example' },
    );
    expect(answer.status).toBe(403);
  });

  it.each([
    ['nothing', ''],
    ['only a state', '?state=unknown'],
    ['only a code', '?code=unknown'],
    ['an error that nobody asked for', '?error=server_error&state=unknown'],
  ])('/oauth/callback answers %s with a page, because it leads to no client', async (_, query) => {
    const answer = await wireAnswer(
      await fetch(`${local.origin}/oauth/callback${query}`, { redirect: 'manual' }),
    );
    expect(answer.status).toBe(400);
    expect(answer.headers.has('location')).toBe(false);
    expect(answer.text).toContain('started in another browser');
  });
});

describe('the registration endpoint', () => {
  const register = async (body: string, contentType = 'application/json') =>
    wireAnswer(
      await fetch(`${local.origin}/oauth/register`, {
        method: 'POST',
        headers: { 'content-type': contentType },
        body,
      }),
    );

  it.each([
    ['half a document', '{"redirect_uris":', 400, 'invalid_client_metadata'],
    ['a list', '[]', 400, 'invalid_client_metadata'],
    ['null', 'null', 400, 'invalid_client_metadata'],
    ['no redirect_uris', '{"client_name":"x"}', 400, 'invalid_redirect_uri'],
    [
      'redirect_uris that are no list',
      '{"redirect_uris":"http://localhost/"}',
      400,
      'invalid_redirect_uri',
    ],
    [
      'a redirect URI that is a script',
      '{"redirect_uris":["javascript:alert(1)"]}',
      400,
      'invalid_redirect_uri',
    ],
    [
      'an authentication method that is not offered',
      '{"redirect_uris":["http://localhost/"],"token_endpoint_auth_method":"private_key_jwt"}',
      400,
      'invalid_client_metadata',
    ],
  ])('answers %s with the code of RFC 7591', async (_, body, status, error) => {
    const answer = await register(body);
    expect(JSON.parse(answer.text)).toEqual({ error, error_description: expect.any(String) });
    expect(answer.status).toBe(status);
  });

  it('answers a form with 415', async () => {
    const answer = await register('redirect_uris=x', 'application/x-www-form-urlencoded');
    expect(answer.status).toBe(415);
    expect(JSON.parse(answer.text)).toMatchObject({ error: 'invalid_request' });
  });
});

describe('wrong methods', () => {
  it.each([
    ['/.well-known/oauth-authorization-server', 'POST', 'GET'],
    ['/oauth/register', 'GET', 'POST'],
    ['/oauth/authorize', 'POST', 'GET'],
    ['/oauth/consent', 'GET', 'POST'],
    ['/oauth/callback', 'POST', 'GET'],
    ['/oauth/token', 'GET', 'POST'],
    ['/oauth/revoke', 'DELETE', 'POST'],
    ['/oauth/connections', 'PUT', 'GET, POST'],
    ['/.well-known/oauth-protected-resource/mcp', 'POST', 'GET, HEAD, OPTIONS'],
    ['/', 'POST', 'GET, HEAD, OPTIONS'],
  ])('%s answers %s with 405 and Allow', async (path, method, allow) => {
    const answer = await wireAnswer(await fetch(local.origin + path, { method }));
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allow);
    expect(JSON.parse(answer.text)).toMatchObject({ error: expect.any(String) });
  });

  it.each([
    '/oauth',
    '/oauth/',
    '/oauth/nowhere',
    '/nowhere',
    '/mcp/',
    '/%ff%00..%2f',
    '//evil.example/',
  ])('%s is 404 and JSON', async (path) => {
    const answer = await wireAnswer(await fetch(local.origin + path, { redirect: 'manual' }));
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text)).toMatchObject({ error: 'not_found' });
  });
});

describe('after all of that', () => {
  it('a person still logs in, and no fault was recorded', async () => {
    expect(await accessTokenOf(local, 'alice')).toMatch(/^eyJ/);
    expect(local.events.map(eventCode)).not.toContain('fault.unexpected');
    expect(local.faults).toEqual([]);
  });
});
