import { afterEach, describe, expect, it } from 'vitest';
import { digest } from '../../../lambda/authorization-server/digest.ts';
import type { AuthorizationServerSettings } from '../../../lambda/authorization-server/settings.ts';
import { ok } from '../../../oauth/result.ts';
import { aBroker, issuer, type TestBroker, webRedirect } from '../../support/broker.ts';

/** What an operator can choose, and that the choice holds. */

let broker: TestBroker;
afterEach(() => broker.close());

const start = async (settings: Partial<AuthorizationServerSettings>, rest = {}) => {
  broker = await aBroker({ settings, ...rest });
  return broker;
};

const metadata = async () =>
  (await (await broker.get('/.well-known/oauth-authorization-server')).json()) as Record<
    string,
    unknown
  >;

describe('dynamic registration', () => {
  it('disappears from the metadata and answers 403 when it is switched off', async () => {
    await start({ dynamicRegistration: { isEnabled: false, lifetimeSeconds: 1 } });
    expect(await metadata()).not.toHaveProperty('registration_endpoint');
    expect((await broker.register()).status).toBe(403);
  });

  it('asks for the initial access token when one is configured (RFC 7591 §3)', async () => {
    const initialAccessTokenHash = digest('let-me-in');
    await start({
      dynamicRegistration: { isEnabled: true, lifetimeSeconds: 9999, initialAccessTokenHash },
    });
    const register = (authorization?: string) =>
      broker.serve(
        new Request(`${issuer}/oauth/register`, {
          method: 'POST',
          body: JSON.stringify({ redirect_uris: [webRedirect] }),
          headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
        }),
      );
    expect((await register()).status).toBe(401);
    expect((await register('Bearer wrong')).status).toBe(401);
    expect((await register('Bearer let-me-in')).status).toBe(201);
  });
});

describe('the redirect policy', () => {
  it('holds for clients that registered before it was narrowed', async () => {
    await start({});
    const clientId = await broker.clientId(webRedirect);
    const { simulator } = broker;
    const narrowed = await aBroker({
      settings: {
        ...broker.settings,
        redirectPolicy: { allowLoopback: true, httpsHosts: ['claude.ai'] },
      },
    });
    const url = await narrowed.authorizeUrl(clientId, { redirect_uri: webRedirect });
    const response = await narrowed.get(url.slice(issuer.length));
    expect(response.status).toBe(400);
    expect(narrowed.lastReason()).toBe('redirect_uri_host_refused');
    await narrowed.close();
    expect(simulator.requests.filter(({ path }) => path === '/oauth2/authorize')).toHaveLength(0);
  });

  it.each([
    [{ allowLoopback: false }, 'http://localhost/callback'],
    [{ allowLoopback: true, privateUseSchemes: ['cursor'] }, 'other://callback'],
    [{ allowLoopback: true, httpsHosts: ['*.example.com'] }, 'https://example.com.evil.example/cb'],
  ])('%j refuses %s at registration', async (redirectPolicy, uri) => {
    await start({ redirectPolicy });
    const { status, body } = await broker.register({ redirect_uris: [uri] });
    expect([status, body.error]).toEqual([400, 'invalid_redirect_uri']);
  });
});

describe('metadata documents', () => {
  const clientId = 'https://client.example/client.json';
  const documents = {
    get: async () =>
      ok({
        clientName: 'Document client',
        redirectUris: [webRedirect],
        tokenEndpointAuthMethod: 'none' as const,
        mayRefresh: true,
      }),
  };

  it('identify a client by the host that publishes them', async () => {
    await start({}, { documents });
    expect((await metadata()).client_id_metadata_document_supported).toBe(true);
    const url = await broker.authorizeUrl(clientId, { redirect_uri: webRedirect });
    const html = await (await broker.get(url.slice(issuer.length))).text();
    expect(html).toContain('<dd>client.example</dd>');
    const login = await broker.login({ clientId, changes: { redirect_uri: webRedirect } });
    expect((await broker.redeem(login)).status).toBe(200);
  });

  it.each([
    ['switched off', { isEnabled: false, policy: { allow: [] } }],
    ['limited to other hosts', { isEnabled: true, policy: { allow: ['claude.ai'] } }],
  ])('are refused without being fetched when they are %s', async (_, metadataDocuments) => {
    let fetched = 0;
    const counting = {
      get: async () => {
        fetched += 1;
        return documents.get();
      },
    };
    await start({ metadataDocuments }, { documents: counting });
    const url = await broker.authorizeUrl(clientId, { redirect_uri: webRedirect });
    expect((await broker.get(url.slice(issuer.length))).status).toBe(400);
    expect(broker.lastReason()).toBe('client_not_allowed');
    expect(fetched).toBe(0);
  });
});

describe('pre-registered clients', () => {
  const client = {
    clientName: 'Our web application',
    redirectUris: [webRedirect],
    registration: 'preregistered' as const,
    mayRefresh: true,
  };

  it('sign in with a public id', async () => {
    await start({
      preregisteredClients: [{ ...client, clientId: 'web', tokenEndpointAuthMethod: 'none' }],
    });
    const login = await broker.login({ clientId: 'web', changes: { redirect_uri: webRedirect } });
    expect((await broker.redeem(login)).status).toBe(200);
  });

  it('prove themselves with a secret of which only the digest is configured', async () => {
    await start({
      preregisteredClients: [
        {
          ...client,
          clientId: 'web',
          tokenEndpointAuthMethod: 'client_secret_basic',
          clientSecretHash: digest('the-secret'),
        },
      ],
    });
    const login = await broker.login({ clientId: 'web', changes: { redirect_uri: webRedirect } });
    expect((await broker.redeem(login, { client_secret: 'wrong' })).body.error).toBe(
      'invalid_client',
    );
    expect((await broker.redeem(login, { client_secret: 'the-secret' })).status).toBe(200);
  });
});

describe('what is passed on to Cognito', () => {
  const upstreamOf = async (changes: Record<string, string>) => {
    const browser = broker.browser();
    const consent = await browser.open(await broker.authorizeUrl(await broker.clientId(), changes));
    if (consent.kind !== 'page') throw new Error('no consent page');
    const visit = await browser.submit(
      consent.page,
      { decision: 'allow' },
      (url) => url.pathname === '/oauth2/authorize',
    );
    if (visit.kind !== 'left') throw new Error('no redirect');
    return visit.url.searchParams;
  };

  it('is the hints of the request, and nothing that was not asked for', async () => {
    await start({});
    const sent = await upstreamOf({
      prompt: 'login',
      login_hint: 'a@example.com',
      identity_provider: 'Okta',
      extra: 'x',
    });
    expect(sent.get('prompt')).toBe('login');
    expect(sent.get('login_hint')).toBe('a@example.com');
    expect(sent.get('identity_provider')).toBe('Okta');
    expect(sent.has('extra')).toBe(false);
    expect([...sent.keys()].sort()).toEqual([
      'client_id',
      'code_challenge',
      'code_challenge_method',
      'identity_provider',
      'login_hint',
      'nonce',
      'prompt',
      'redirect_uri',
      'resource',
      'response_type',
      'scope',
      'state',
    ]);
  });

  it.each([
    ['prompt', 'login evil', 'login'],
    ['prompt', 'evil', null],
    ['identity_provider', 'x'.repeat(40), null],
    ['identity_provider', 'a b', null],
    ['login_hint', 'a'.repeat(300), null],
  ])('never is a %s of %s', async (name, value, expected) => {
    await start({});
    expect((await upstreamOf({ [name]: value })).get(name)).toBe(expected);
  });
});

describe('the pages', () => {
  const consentHtml = async () => {
    const response = await broker.get(
      (await broker.authorizeUrl(await broker.clientId())).slice(issuer.length),
    );
    return {
      html: await response.text(),
      policy: response.headers.get('content-security-policy') ?? '',
    };
  };

  it('carry the operator’s name, colour, logo and help link, and allow nothing else', async () => {
    await start({
      branding: {
        productName: 'Acme & Co',
        accentColor: '#7a1f5f',
        logoUrl: 'https://cdn.example.com/logo.svg',
        supportUrl: 'https://help.example.com/',
      },
    });
    const { html, policy } = await consentHtml();
    expect(html).toContain('Acme &amp; Co');
    expect(html).toContain('--accent:#7a1f5f');
    expect(html).toContain('<img src="https://cdn.example.com/logo.svg" alt="">');
    expect(html).toContain('href="https://help.example.com/"');
    expect(policy).toContain('img-src https://cdn.example.com;');
    expect(html).not.toContain('<script');
  });

  it('fall back to the default colour for anything that is not a colour', async () => {
    await start({
      branding: { productName: 'x', accentColor: 'red;}</style><script>alert(1)</script>' },
    });
    const { html } = await consentHtml();
    expect(html).toContain('--accent:#1f5fbf');
    expect(html).not.toContain('<script');
  });
});

describe('the metadata document', () => {
  it('is what every known client accepts (RFC 8414 §2)', async () => {
    await start({});
    expect(await metadata()).toEqual({
      issuer,
      authorization_endpoint: `${issuer}/oauth/authorize`,
      token_endpoint: `${issuer}/oauth/token`,
      revocation_endpoint: `${issuer}/oauth/revoke`,
      registration_endpoint: `${issuer}/oauth/register`,
      scopes_supported: [
        'mcp:tools:read',
        'mcp:tools:execute',
        'mcp:resources:read',
        'mcp:prompts:read',
      ],
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
      revocation_endpoint_auth_methods_supported: [
        'none',
        'client_secret_basic',
        'client_secret_post',
      ],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true,
    });
  });

  it.each([
    '/.well-known/oauth-authorization-server',
    '/oauth/register',
    '/oauth/token',
    '/oauth/revoke',
  ])(
    'and %s answer scripts of any origin, preflight included, and never with credentials',
    async (path) => {
      await start({});
      const preflight = await broker.serve(
        new Request(issuer + path, {
          method: 'OPTIONS',
          headers: { origin: 'http://localhost:6274', 'access-control-request-method': 'POST' },
        }),
      );
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
      expect(preflight.headers.get('access-control-allow-headers')).toContain(
        'MCP-Protocol-Version',
      );
      expect(preflight.headers.has('access-control-allow-credentials')).toBe(false);
    },
  );

  it('is not opened to scripts where cookies are read', async () => {
    await start({});
    const response = await broker.get(
      (await broker.authorizeUrl(await broker.clientId())).slice(issuer.length),
      {
        origin: 'https://evil.example',
      },
    );
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
  });
});
