import {
  type AuthInfo,
  createMcpHandler,
  McpServer,
  ProtocolError,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Principal } from '../../../oauth/principal.ts';
import {
  asCaller,
  authInfoOf,
  type Exchange,
  redactedToken,
  UserFacingError,
} from '../../../server/mcp/caller.ts';
import { withMemoisedJsonSchema } from '../../../server/mcp/memoised-schema.ts';
import { rulesByName } from '../../../server/mcp/rules-by-name.ts';
import { defineTool } from '../../../server/mcp/tool.ts';
import { aPost, messageOf, modernRequest } from '../../support/resource-server.ts';

const principal: Principal = {
  subject: 'ada',
  clientId: 'client',
  isMachine: false,
  scopes: ['mcp:tools:execute'],
  groups: [],
  issuer: 'https://issuer.example.com',
  tokenId: 'jti',
  issuedAt: 0,
  expiresAt: 1,
};

const anExchange = (faults: unknown[] = []): Exchange => ({
  principal,
  correlationId: 'c0ffee',
  reportFault: (fault) => faults.push(fault),
  refuse: (rejection) => faults.push(rejection),
  publish: () => undefined,
});

const contextWith = (authInfo?: AuthInfo): ServerContext =>
  ({ http: { authInfo }, mcpReq: { signal: new AbortController().signal } }) as ServerContext;

describe('authInfoOf', () => {
  it('carries the principal and a placeholder, because a tool must not be able to forward the token', () => {
    const authInfo = authInfoOf(anExchange());
    expect(authInfo.token).toBe(redactedToken);
    expect(authInfo.extra?.principal).toBe(principal);
  });
});

describe('asCaller', () => {
  it.each([
    ['no auth info', undefined],
    ['auth info of somebody else', { token: 't', clientId: 'c', scopes: [] }],
    ['an empty exchange', { token: 't', clientId: 'c', scopes: [], extra: { exchange: {} } }],
  ])('refuses to run with %s, because the SDK lets such calls through', async (_, authInfo) => {
    let ran = false;
    const call = asCaller(contextWith(authInfo), () => {
      ran = true;
    });
    await expect(call).rejects.toThrow('There is no authenticated caller');
    expect(ran).toBe(false);
  });

  it('keeps the text of an unexpected error to itself and reports it', async () => {
    const faults: unknown[] = [];
    const fault = new Error('password=hunter2');
    const call = asCaller(contextWith(authInfoOf(anExchange(faults))), () => Promise.reject(fault));
    await expect(call).rejects.toThrow('Reference: c0ffee');
    expect(faults).toEqual([fault]);
  });

  it.each([new UserFacingError('Too long.'), new ProtocolError(-32602, 'No such note')])(
    'passes on what is meant for the client: %s',
    async (error) => {
      const faults: unknown[] = [];
      const context = contextWith(authInfoOf(anExchange(faults)));
      await expect(asCaller(context, () => Promise.reject(error))).rejects.toBe(error);
      expect(faults).toEqual([]);
    },
  );
});

describe('defineTool', () => {
  const tool = (name: string, requiredScopes: string[] = []) =>
    defineTool({
      name,
      title: 'T',
      description: 'D',
      requiredScopes,
      inputSchema: z.object({ n: z.number().int() }),
      annotations: {},
      handler: ({ n }) => ({ content: [{ type: 'text', text: String(n + 1) }] }),
    });

  const callOn = async (authInfo: AuthInfo | undefined, args: unknown) => {
    const handler = createMcpHandler(() => {
      const server = new McpServer({ name: 's', version: '1' });
      tool('next').register(server);
      return server;
    });
    const { body, headers } = modernRequest('tools/call', { name: 'next', arguments: args });
    const request = aPost(body, { headers });
    return messageOf(
      await handler.fetch(request, { parsedBody: body, ...(authInfo && { authInfo }) }),
    );
  };

  it('does not run a tool on a server that was wired up without the pipeline', async () => {
    expect(JSON.stringify(await callOn(undefined, { n: 1 }))).toContain('no authenticated caller');
  });

  it('runs it for a caller, and validates its arguments first', async () => {
    const authInfo = authInfoOf(anExchange());
    expect(await callOn(authInfo, { n: 1 })).toMatchObject({
      result: { content: [{ type: 'text', text: '2' }] },
    });
    expect(JSON.stringify(await callOn(authInfo, { n: 'x' }))).toMatch(/isError|-32602/);
  });

  it('collects the scopes of all tools for the policy', () => {
    expect(rulesByName('tool', [tool('a', ['x']), tool('b')])).toEqual({
      a: { scopes: ['x'] },
      b: { scopes: [] },
    });
  });

  it('refuses two tools of one name, because the scopes of one would guard the other', () => {
    expect(() => rulesByName('tool', [tool('a'), tool('a', ['x'])])).toThrow("got two of 'a'");
  });
});

describe('withMemoisedJsonSchema', () => {
  it('converts once per target and validates as before', () => {
    const original = z.object({ n: z.number() });
    const schema = withMemoisedJsonSchema(original);
    const convert = () => schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' });
    expect(convert()).toBe(convert());
    expect(convert()).toEqual(original['~standard'].jsonSchema.input({ target: 'draft-2020-12' }));
    expect(schema['~standard'].validate({ n: 'x' })).toHaveProperty('issues');
  });
});
