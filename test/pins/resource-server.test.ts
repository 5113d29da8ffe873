import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rejectionReasons } from '../../oauth/rejection.ts';
import { eventCatalogue } from '../../oauth/security-event.ts';
import {
  aPost,
  aResourceServer,
  legacyRequest,
  modernRequest,
  type TestServer,
} from '../support/resource-server.ts';
import { anAccessToken, cognitoScopes } from '../support/tokens.ts';

/**
 * Everything of the resource server that a stranger can see or has built upon, as literals. A test
 * that fails here is not wrong: the change breaks somebody, and belongs into the change log.
 */

let server: TestServer;
beforeAll(async () => {
  server = await aResourceServer();
});
afterAll(() => server.close());
beforeEach(() => server.log.clear());

const call = (token: string | undefined, name = 'whoami') => {
  const { body, headers } = modernRequest('tools/call', { name, arguments: {} });
  return server.send(aPost(body, { token, headers }));
};

describe('WWW-Authenticate', () => {
  it('without a token', async () => {
    expect((await call(undefined)).headers.get('www-authenticate')).toBe(
      'Bearer scope="mcp:tools:read mcp:tools:execute mcp:resources:read mcp:prompts:read", resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp"',
    );
  });

  it('with an invalid token', async () => {
    expect((await call('x')).headers.get('www-authenticate')).toBe(
      'Bearer error="invalid_token", error_description="The access token is missing, invalid or expired", scope="mcp:tools:read mcp:tools:execute mcp:resources:read mcp:prompts:read", resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp"',
    );
  });

  it('with too few scopes', async () => {
    const scope = cognitoScopes(['mcp:tools:execute']);
    const token = anAccessToken(server.key, { scope });
    expect((await call(token, 'delete_note')).headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_scope", error_description="This operation needs a scope that the access token does not carry", scope="mcp:tools:execute mcp:notes:delete", resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp"',
    );
  });
});

describe('documents', () => {
  it('protected resource metadata', async () => {
    const url = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp';
    const response = await server.send(new Request(url));
    expect(await response.text()).toBe(
      '{"resource":"https://mcp.example.com/mcp","authorization_servers":["https://mcp.example.com"],"scopes_supported":["mcp:tools:read","mcp:tools:execute","mcp:resources:read","mcp:prompts:read"],"bearer_methods_supported":["header"],"resource_name":"Shared notes"}',
    );
    expect(response.headers.get('content-type')).toBe('application/json');
  });

  it('health', async () => {
    const response = await server.send(new Request('https://mcp.example.com/healthz'));
    expect(await response.text()).toBe('{"status":"ok"}');
  });
});

describe('refusal bodies', () => {
  it('before the MCP layer', async () => {
    const token = anAccessToken(server.key);
    expect(await (await server.send(aPost('{', { token }))).text()).toBe(
      '{"jsonrpc":"2.0","error":{"code":-32700,"message":"The request body is not valid JSON"},"id":null}',
    );
    expect(await (await server.send(new Request('https://mcp.example.com/x'))).text()).toBe(
      '{"error":"not_found","error_description":"Not found"}',
    );
    expect(await (await call('x')).text()).toBe(
      '{"error":"invalid_token","error_description":"The access token is missing, invalid or expired"}',
    );
  });
});

it('names of the tools and the scopes they need', async () => {
  const token = anAccessToken(server.key);
  const { body, headers } = modernRequest('tools/list');
  const response = await server.send(aPost(body, { token, headers }));
  const { result } = (await response.json()) as { result: { tools: { name: string }[] } };
  expect(result.tools.map(({ name }) => name)).toEqual([
    'whoami',
    'search_notes',
    'add_note',
    'delete_note',
  ]);
});

it('reasons of a refusal', () => {
  expect(rejectionReasons).toEqual([
    'token_missing',
    'malformed',
    'too_large',
    'duplicate_header',
    'in_query',
    'alg_not_allowed',
    'header_not_allowed',
    'kid_missing',
    'kid_unknown',
    'crit_unsupported',
    'type_wrong',
    'encoding_noncanonical',
    'jwks_unavailable',
    'signature_invalid',
    'issuer_mismatch',
    'audience_mismatch',
    'client_not_allowed',
    'token_use_wrong',
    'expired',
    'not_yet_valid',
    'issued_in_future',
    'lifetime_too_long',
    'claim_missing',
    'claim_malformed',
    'tenant_missing',
    'revoked',
    'scope_missing',
    'scope_insufficient',
    'group_missing',
    'operation_unlisted',
    'tenant_not_allowed',
    'tenant_mismatch',
    'session_unknown',
    'session_foreign',
    'handle_unknown',
    'handle_foreign',
    'upstream_unavailable',
    'host_not_allowed',
    'origin_not_allowed',
    'method_not_allowed',
    'not_found',
    'content_type_unsupported',
    'body_too_large',
    'body_malformed',
    'message_malformed',
    'batch_too_large',
    'protocol_refused',
    'rate_exceeded',
    'concurrency_exceeded',
    'overloaded',
  ]);
});

it('events that the resource server writes', () => {
  const names = [
    'access.allowed',
    'token.missing',
    'token.rejected',
    'scope.denied',
    'request.rejected',
    'rate.limited',
    'limits.degraded',
    'limits.restored',
    'detections.degraded',
    'detections.restored',
    'notifications.degraded',
    'notifications.restored',
    'service.started',
    'service.stopping',
    'keys.refreshed',
    'keys.refresh_failed',
    'log.dropped',
    'fault.unexpected',
  ];
  expect(Object.keys(eventCatalogue)).toEqual(expect.arrayContaining(names));
});

describe('fields of an event', () => {
  it('allowed', async () => {
    const { body, headers } = modernRequest('tools/call', { name: 'whoami', arguments: {} });
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const token = anAccessToken(server.key);
    const agent = { ...headers, traceparent, 'user-agent': 'test/1' };
    await server.send(aPost(body, { token, headers: agent }));
    const user = {
      uid: '7c1f0a52-2f5e-4d53-9f0b-6c8a3a1f5a10',
      type_id: 1,
      groups: [{ name: 'tenant:acme' }],
    };
    expect(JSON.parse(JSON.stringify(server.log.only))).toEqual({
      category_uid: 6,
      class_uid: 6003,
      class_name: 'API Activity',
      activity_id: 99,
      activity_name: 'tools/call',
      type_uid: 600399,
      severity_id: 1,
      time: 1795435200000,
      status_id: 1,
      action_id: 1,
      disposition_id: 1,
      duration: 0,
      actor: {
        app_uid: '1example23456789abcdefghij',
        user,
        session: {
          uid: '81b8fb197e979741',
          uid_alt: '8a414df4a77d87b0',
          issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Test00001',
          expiration_time: 1795438800000,
        },
      },
      api: { operation: 'tools/call' },
      resources: [{ type: 'tool', name: 'whoami' }],
      src_endpoint: { ip: '203.0.113.77' },
      http_request: { http_method: 'POST', url: { path: '/mcp' }, user_agent: 'test/1' },
      http_response: { code: 200 },
      metadata: {
        version: '1.8.0',
        product: { name: 'cdk-secure-mcp', feature: { name: 'resource-server' } },
        profiles: ['security_control'],
        event_code: 'access.allowed',
        correlation_uid: '4bf92f3577b34da6a3ce929d0e0e4736',
        tenant_uid: 'acme',
      },
      unmapped: {
        scopes: ['mcp:tools:read', 'mcp:tools:execute', 'mcp:resources:read', 'mcp:prompts:read'],
      },
    });
  });

  it('refused', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await server.send(aPost(legacyRequest('ping'), { token: 'x', headers: { traceparent } }));
    expect(JSON.parse(JSON.stringify(server.log.only))).toEqual({
      category_uid: 3,
      class_uid: 3002,
      class_name: 'Authentication',
      activity_id: 1,
      type_uid: 300201,
      severity_id: 2,
      time: 1795435200000,
      status_id: 2,
      status_code: 'malformed',
      action_id: 2,
      disposition_id: 2,
      duration: 0,
      auth_protocol_id: 6,
      user: { uid: 'anonymous', type_id: 0 },
      service: { name: 'resource-server' },
      src_endpoint: { ip: '203.0.113.77' },
      http_request: { http_method: 'POST', url: { path: '/mcp' } },
      http_response: { code: 401 },
      metadata: {
        version: '1.8.0',
        product: { name: 'cdk-secure-mcp', feature: { name: 'resource-server' } },
        profiles: ['security_control'],
        event_code: 'token.rejected',
        correlation_uid: '4bf92f3577b34da6a3ce929d0e0e4736',
      },
      unmapped: { evidence: { credential: expect.stringMatching(/^[0-9a-f]{16}$/) } },
    });
  });
});

it('names of the environment variables', () => {
  const source = readFileSync(new URL('../../server/environment.ts', import.meta.url), 'utf8');
  expect(
    [...source.matchAll(/readonly ([A-Z_]+)(\??):/g)].map(([, name, mark]) => `${name}${mark}`),
  ).toEqual([
    'RESOURCE_IDENTIFIER',
    'AUTHORIZATION_SERVER',
    'TOKEN_ISSUERS',
    'USER_CLIENTS?',
    'MACHINE_CLIENTS?',
    'TENANCY?',
    'ALLOWED_HOSTS?',
    'ALLOWED_ORIGINS?',
    'EVERYDAY_SCOPES?',
    'TOOL_SCOPES?',
    'CLIENT_ADDRESS_HEADER?',
    'RATE_LIMITS?',
    'SHARED_STORE?',
    'MAX_CONCURRENT_CALLS?',
    'MAX_CONCURRENT_CALLS_OF_PRINCIPAL?',
    'DETECTIONS?',
    'REVOCATION_FEED?',
    'REVOCATION_FEED_KEY?',
    'REVOCATION_POLL_SECONDS?',
    'REVOCATION_MAX_AGE_SECONDS?',
    'SHUTDOWN_DELAY_MS?',
    'HOST?',
    'PORT?',
    'MAX_BODY_BYTES?',
    'RESOURCE_NAME?',
    'SERVER_VERSION?',
    'LOG_PSEUDONYM_KEY?',
    'LOG_ADDRESSES?',
    'METRICS_NAMESPACE?',
    'METRICS_TOOLS?',
  ]);
});
