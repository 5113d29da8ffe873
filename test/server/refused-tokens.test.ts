import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineTool } from '../../server/mcp/tool.ts';
import {
  aPost,
  aResourceServer,
  legacyRequest,
  modernRequest,
  type TestServer,
} from '../support/resource-server.ts';
import {
  accessTokenClaims,
  anAccessToken,
  aSigningKey,
  cognitoScopes,
  compactToken,
  encoded,
  everydayScopes,
  frozenNow,
  hs256WithPublicKey,
  issuer,
  machineClient,
  resourceIdentifier,
} from '../support/tokens.ts';

const now = frozenNow / 1000;
const key = aSigningKey('key-1');
const foreignKey = aSigningKey('key-1');
const metadataUrl = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp';
const everyday = everydayScopes.join(' ');

const challenges = {
  missing: `Bearer scope="${everyday}", resource_metadata="${metadataUrl}"`,
  invalid: `Bearer error="invalid_token", error_description="The access token is missing, invalid or expired", scope="${everyday}", resource_metadata="${metadataUrl}"`,
  scope: `Bearer error="insufficient_scope", error_description="This operation needs a scope that the access token does not carry", scope="${everyday}", resource_metadata="${metadataUrl}"`,
};

let server: TestServer;
let handlerRuns = 0;

beforeAll(async () => {
  const spy = defineTool({
    name: 'spy',
    title: 'Spy',
    description: 'Counts its runs.',
    requiredScopes: [],
    inputSchema: z.object({}),
    annotations: {},
    handler: () => {
      handlerRuns += 1;
      return { content: [] };
    },
  });
  const application = { name: 'spy', title: 'Spy', version: '1', tools: [spy] };
  server = await aResourceServer({ key, application });
});

afterAll(() => server.close());

beforeEach(() => {
  server.log.clear();
  handlerRuns = 0;
});

const token = (claims = {}, header = {}) => anAccessToken(key, claims, header);

/** Another spelling of the same bytes: the last character of the signature has unused bits. */
const respelled = (compact: string): string => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(compact.at(-1) as string);
  return compact.slice(0, -1) + alphabet[last ^ 1];
};

const unsigned = (header: object) => compactToken(header, accessTokenClaims(), null);

const invalidTokens: readonly (readonly [string, string, () => string])[] = [
  [
    'minted for another resource (RFC 8707)',
    'audience_mismatch',
    () => token({ aud: 'https://other.example.com/mcp' }),
  ],
  ['without an audience', 'audience_mismatch', () => token({ aud: undefined })],
  ['for several audiences', 'audience_mismatch', () => token({ aud: [resourceIdentifier, 'x'] })],
  [
    "of another pool, signed by that pool's key",
    'issuer_mismatch',
    () => anAccessToken(foreignKey, { iss: issuer.replace('Test00001', 'Evil00001') }),
  ],
  ['that is an ID token', 'token_use_wrong', () => token({ token_use: 'id' })],
  ['that never expires', 'claim_missing', () => token({ exp: undefined })],
  ['that has expired', 'expired', () => token({ exp: now - 1 })],
  ['that expires with this second', 'expired', () => token({ exp: now })],
  ['that is not valid yet', 'not_yet_valid', () => token({ nbf: now + 3600 })],
  ['from the future', 'issued_in_future', () => token({ iat: now + 3600, exp: now + 7200 })],
  ['that lives for a year', 'lifetime_too_long', () => token({ exp: now + 31_536_000 })],
  ['with alg none', 'alg_not_allowed', () => unsigned({ alg: 'none', kid: 'key-1' })],
  [
    'with alg none and some signature',
    'alg_not_allowed',
    () => `${unsigned({ alg: 'none', kid: 'key-1' })}c2ln`,
  ],
  [
    'with HS256 keyed by the public key',
    'alg_not_allowed',
    () =>
      compactToken({ alg: 'HS256', kid: 'key-1' }, accessTokenClaims(), hs256WithPublicKey(key)),
  ],
  ['signed by another key of the same name', 'signature_invalid', () => anAccessToken(foreignKey)],
  [
    'whose claims were changed after signing',
    'signature_invalid',
    () => token().replace(/\.[^.]+\./, `.${encoded(accessTokenClaims({ sub: 'root' }))}.`),
  ],
  ['whose signature is cut short', 'signature_invalid', () => token().slice(0, -86)],
  ['of a client that is not listed', 'client_not_allowed', () => token({ client_id: 'stranger' })],
  [
    'of a machine client for a user',
    'client_not_allowed',
    () => token({ client_id: machineClient }),
  ],
  [
    'of a machine without mcp_resource',
    'audience_mismatch',
    () => token({ sub: machineClient, client_id: machineClient, aud: undefined }),
  ],
  ['without a tenant', 'tenant_missing', () => token({ tenant_id: undefined })],
  [
    'with a tenant that is a list',
    'claim_malformed',
    () => token({ tenant_id: ['acme', 'other'] }),
  ],
  ['with an expiry that is text', 'claim_malformed', () => token({ exp: String(now + 60) })],
  ['with a subject that is a number', 'claim_malformed', () => token({ sub: 7 })],
  ['without jti', 'claim_missing', () => token({ jti: undefined })],
  [
    'that brings its own key (jwk)',
    'header_not_allowed',
    () => anAccessToken(foreignKey, {}, { jwk: foreignKey.jwk }),
  ],
  [
    'that says where its key is (jku)',
    'header_not_allowed',
    () => anAccessToken(foreignKey, {}, { jku: 'https://evil.test/jwks.json' }),
  ],
  ['with a certificate chain (x5c)', 'header_not_allowed', () => token({}, { x5c: ['MII'] })],
  ['with a critical extension', 'crit_unsupported', () => token({}, { crit: ['exp'], exp: 1 })],
  ['of a foreign type', 'type_wrong', () => token({}, { typ: 'logout+jwt' })],
  ['without a key id', 'kid_missing', () => token({}, { kid: undefined })],
  ['with an unknown key id', 'kid_unknown', () => token({}, { kid: 'key-2' })],
  ['in a second spelling', 'encoding_noncanonical', () => respelled(token())],
  ['with padding', 'malformed', () => `${token()}==`],
  ['of two parts', 'malformed', () => token().split('.').slice(0, 2).join('.')],
  ['of five parts (JWE)', 'malformed', () => `${token()}.a.b`],
  ['that is too large', 'too_large', () => token({ padding: 'x'.repeat(9000) })],
  ['that is no JWT at all', 'malformed', () => 'opaque'],
];

const post = (compact?: string) => {
  const { body, headers } = modernRequest('tools/call', { name: 'spy', arguments: {} });
  return aPost(body, { token: compact, headers });
};

describe('an access token', () => {
  it('that is in order reaches the tool, so that the table below means something', async () => {
    const response = await server.send(post(token()));
    expect(response.status).toBe(200);
    expect(handlerRuns).toBe(1);
    expect(server.log.only).toMatchObject({
      metadata: { event_code: 'access.allowed' },
      api: { operation: 'tools/call' },
      resources: [{ type: 'tool', name: 'spy' }],
      http_response: { code: 200 },
    });
  });

  it.each(invalidTokens)('%s is refused (%s)', async (_, reason, compact) => {
    const response = await server.send(post(compact()));
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(challenges.invalid);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({
      error: 'invalid_token',
      error_description: 'The access token is missing, invalid or expired',
    });
    expect(server.log.only).toMatchObject({
      metadata: { event_code: 'token.rejected' },
      status_code: reason,
      http_response: { code: 401 },
    });
    expect(handlerRuns).toBe(0);
  });

  it.each([
    ['OpenID scopes', 'openid email'],
    ['scopes of another resource', 'https://other.example.com/mcp/mcp:tools:execute'],
    ['short names that nobody granted', 'mcp:tools:execute'],
  ])('with nothing but %s is refused with a scope challenge', async (_, scope) => {
    const response = await server.send(post(token({ scope })));
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toBe(challenges.scope);
    expect(server.log.only).toMatchObject({
      metadata: { event_code: 'scope.denied' },
      status_code: 'scope_missing',
    });
    expect(handlerRuns).toBe(0);
  });

  it('is asked for without an error code when there is none, because that is how clients find us', async () => {
    const response = await server.send(post());
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(challenges.missing);
    expect(await response.json()).toEqual({ error_description: 'Authentication is required' });
    expect(server.log.only).toMatchObject({
      metadata: { event_code: 'token.missing' },
      status_code: 'token_missing',
      user: { uid: 'anonymous' },
    });
  });

  it('in the URL is refused, because URLs end up in logs', async () => {
    const { body } = modernRequest('tools/list');
    const url = `${resourceIdentifier}?access_token=${token()}`;
    const response = await server.send(aPost(body, { url, token: token() }));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'invalid_request' });
    expect(server.log.only).toMatchObject({ status_code: 'in_query' });
    expect(JSON.stringify(server.log.events)).not.toContain('access_token=');
  });

  it('without the scope of an operation gets a challenge with granted and missing scopes together', async () => {
    const scope = cognitoScopes(['mcp:tools:read']);
    const response = await server.send(post(token({ scope })));
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
    expect(response.headers.get('www-authenticate')).toContain(
      'scope="mcp:tools:read mcp:tools:execute"',
    );
    expect(server.log.only).toMatchObject({
      metadata: { event_code: 'scope.denied', tenant_uid: 'acme' },
      status_code: 'scope_insufficient',
      api: { operation: 'tools/call' },
      resources: [{ type: 'tool', name: 'spy' }],
      unmapped: { evidence: { missing: ['mcp:tools:execute'], held: ['mcp:tools:read'] } },
    });
    expect(handlerRuns).toBe(0);
  });

  it('that allows one message of a batch does not carry the others in', async () => {
    const call = legacyRequest('tools/call', { name: 'spy', arguments: {} }, 2);
    const scope = cognitoScopes(['mcp:tools:read']);
    const batch = [legacyRequest('tools/list'), call];
    const response = await server.send(aPost(batch, { token: token({ scope }) }));
    expect(response.status).toBe(403);
    expect(handlerRuns).toBe(0);
  });

  it('never appears in the log, nor does any part of its signature', async () => {
    for (const [, , compact] of invalidTokens) {
      const sent = compact();
      await server.send(post(sent));
      const log = JSON.stringify(server.log.events);
      for (const part of sent.split('.').filter((segment) => segment.length > 20))
        expect(log).not.toContain(part);
    }
  });
});
