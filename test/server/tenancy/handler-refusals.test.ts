import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { McpApplication } from '../../../server/mcp/application.ts';
import {
  asCaller,
  type Caller,
  TenantDenied,
  UserFacingError,
} from '../../../server/mcp/caller.ts';
import { defineResource } from '../../../server/mcp/resource.ts';
import { defineTool } from '../../../server/mcp/tool.ts';
import {
  aPost,
  aResourceServer,
  legacyRequest,
  messageOf,
  modernRequest,
  type TestServer,
} from '../../support/resource-server.ts';
import { anAccessToken } from '../../support/tokens.ts';

/** Tenant mismatches that only a handler can find, because only it has seen the record. */

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const records = new Map([['2', { tenant: 'evil', text: 'topsecret' }]]);

const tool = (name: string, handler: (caller: Caller) => Promise<string> | string) =>
  defineTool({
    name,
    title: name,
    description: name,
    requiredScopes: [],
    inputSchema: z.object({}),
    annotations: {},
    handler: async (_, caller) => text(await handler(caller)),
  });

const denied = (caller: Caller): string => {
  caller.requireTenant('evil');
  return 'topsecret';
};

const application: McpApplication = {
  name: 'refusals',
  version: '1.0.0',
  tools: [
    tool('denied', denied),
    tool('swallows', (caller) => {
      try {
        return denied(caller);
      } catch {
        return 'topsecret';
      }
    }),
    tool('throws', () => {
      throw new TenantDenied();
    }),
    tool('late', async (caller) => {
      await pause(150);
      return denied(caller);
    }),
    tool('missing', (caller) => caller.requireOwn(records.get('1'), notFound).text),
    tool('foreign', (caller) => caller.requireOwn(records.get('2'), notFound).text),
  ],
  resources: [
    defineResource({
      name: 'board',
      title: 'Board',
      description: 'Of another tenant.',
      uri: 'board://now',
      requiredScopes: [],
      handler: ({ uri }, caller) => ({ contents: [{ uri: uri.href, text: denied(caller) }] }),
    }),
  ],
  register: (server) => {
    server.registerTool('begun', { inputSchema: z.object({}) }, async (_, context) => {
      await context.mcpReq.notify({
        method: 'notifications/progress',
        params: { progressToken: 1, progress: 1 },
      });
      await pause(20);
      return asCaller(context, (caller) => text(denied(caller)));
    });
  },
};

const notFound = () => new UserFacingError('There is no such record.');

const eras = ['2025-11-25', '2026-07-28'] as const;
type Era = (typeof eras)[number];

const servers: TestServer[] = [];
const start = async (patience?: { firstByteMs: number; keepAliveMs: number }) => {
  const server = await aResourceServer({ application, ...(patience && { patience }) });
  servers.push(server);
  return server;
};
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const send = (server: TestServer, era: Era, method: string, params: Record<string, unknown>) => {
  const token = anAccessToken(server.key);
  if (era === '2025-11-25')
    return server.send(
      aPost(legacyRequest(method, params), { token, headers: { 'mcp-protocol-version': era } }),
    );
  const { body, headers } = modernRequest(method, params);
  return server.send(aPost(body, { token, headers }));
};
const call = (server: TestServer, era: Era, name: string, _meta?: Record<string, unknown>) =>
  send(server, era, 'tools/call', { name, arguments: {}, ...(_meta && { _meta }) });

describe.each(eras)('a handler that finds another tenant, MCP %s', (era) => {
  it.each(['denied', 'swallows', 'throws'])(
    '%s: the call is 403 like any other refusal, whatever the handler makes of it',
    async (name) => {
      const server = await start();
      const response = await call(server, era, name);
      expect(response.status).toBe(403);
      expect(response.headers.get('www-authenticate')).toBeNull();
      expect(await response.text()).toBe(
        '{"jsonrpc":"2.0","error":{"code":-32600,"message":"The caller may not perform this operation"},"id":null}',
      );
      expect(server.log.only).toMatchObject({
        metadata: { event_code: 'tenant.denied' },
        status_code: 'tenant_mismatch',
        http_response: { code: 403 },
      });
      expect(server.faults).toEqual([]);
    },
  );

  it('in a resource is 403 as well', async () => {
    const server = await start();
    expect((await send(server, era, 'resources/read', { uri: 'board://now' })).status).toBe(403);
    expect(server.log.only.metadata.event_code).toBe('tenant.denied');
  });

  it('by requireOwn answers byte for byte like a missing record, because existence is a secret', async () => {
    const server = await start();
    const faces = await Promise.all(
      ['missing', 'foreign'].map(async (name) => {
        const response = await call(server, era, name);
        const { 'x-correlation-id': _, ...headers } = Object.fromEntries(response.headers);
        return [response.status, headers, await response.text()];
      }),
    );
    expect(faces[1]).toEqual(faces[0]);
    const codes = server.log.decisions.map(({ metadata }) => metadata.event_code);
    expect(codes.sort()).toEqual(['access.allowed', 'tenant.denied']);
  });

  it('after the answer has begun can only say so in the stream, without what the handler had', async () => {
    const server = await start({ firstByteMs: 30, keepAliveMs: 30 });
    const response = await call(server, era, 'late');
    expect(response.status).toBe(200);
    const message = await messageOf(response);
    expect(message).toMatchObject({
      id: 1,
      error: { code: -32600, message: 'The caller may not perform this operation' },
    });
    expect(server.log.only.metadata.event_code).toBe('tenant.denied');
  });

  it('after a message of its own can only say so in the stream too', async () => {
    const server = await start();
    const response = await call(server, era, 'begun', { progressToken: 1 });
    expect(response.status).toBe(200);
    const said = await response.text();
    expect(said).toContain('notifications/progress');
    expect(said).toContain('The caller may not perform this operation');
    expect(said).not.toContain('topsecret');
    expect(server.log.decisions.map(({ metadata }) => metadata.event_code)).toContain(
      'tenant.denied',
    );
  });
});

it('a batch of 2025-03-26 is refused as a whole, as it is authorised as a whole', async () => {
  const server = await start();
  const batch = ['missing', 'denied'].map((name, id) =>
    legacyRequest('tools/call', { name, arguments: {} }, id + 1),
  );
  const response = await server.send(aPost(batch, { token: anAccessToken(server.key) }));
  expect(response.status).toBe(403);
  expect(server.log.only.metadata.event_code).toBe('tenant.denied');
});
