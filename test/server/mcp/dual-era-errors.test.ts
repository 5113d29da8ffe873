import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  aPost,
  aResourceServer,
  legacyRequest,
  modernRequest,
  type TestServer,
} from '../../support/resource-server.ts';
import { anAccessToken } from '../../support/tokens.ts';

/**
 * A client of both eras decides by the body of an error which of them to speak: a status alone, or a
 * page of somebody in between, makes it give up.
 */

let server: TestServer;
beforeAll(async () => {
  server = await aResourceServer();
});
afterAll(() => server.close());

const send = async (body: unknown, headers: Record<string, string> = {}) => {
  const response = await server.send(aPost(body, { token: anAccessToken(server.key), headers }));
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

const modern = (
  method: string,
  changes: (message: Record<string, unknown>) => void = () => undefined,
) => {
  const { body, headers } = modernRequest(method);
  changes(body.params as Record<string, unknown>);
  return { body, headers };
};

const version = 'io.modelcontextprotocol/protocolVersion';

describe('errors of 2026-07-28', () => {
  it('a revision that is not served is 400/-32022 and names those that are', async () => {
    const { body, headers } = modern('tools/list', ({ _meta }) => {
      (_meta as Record<string, unknown>)[version] = '2099-01-01';
    });
    const answer = await send(body, { ...headers, 'mcp-protocol-version': '2099-01-01' });
    expect(answer).toMatchObject({
      status: 400,
      body: { jsonrpc: '2.0', id: 1, error: { code: -32022, data: { supported: ['2026-07-28'] } } },
    });
  });

  it('an envelope without its capabilities is 400/-32602', async () => {
    const { body, headers } = modern('tools/list', ({ _meta }) => {
      delete (_meta as Record<string, unknown>)['io.modelcontextprotocol/clientCapabilities'];
    });
    expect(await send(body, headers)).toMatchObject({
      status: 400,
      body: { id: 1, error: { code: -32602 } },
    });
  });

  it('a method that does not exist is 404/-32601, which is told from a wrong URL by its body', async () => {
    const { body, headers } = modern('no/such/method');
    expect(await send(body, headers)).toMatchObject({
      status: 404,
      body: { jsonrpc: '2.0', id: 1, error: { code: -32601 } },
    });
  });

  it('discovery names revision and capabilities, so that a client needs no error at all', async () => {
    const { body, headers } = modern('server/discover');
    expect(await send(body, headers)).toMatchObject({
      status: 200,
      body: { result: { supportedVersions: expect.arrayContaining(['2026-07-28']) } },
    });
  });
});

describe('errors of 2025', () => {
  it('a revision that is not served is 400 with a JSON-RPC error', async () => {
    const answer = await send(legacyRequest('tools/list'), {
      'mcp-protocol-version': '1999-01-01',
    });
    expect(answer).toMatchObject({ status: 400, body: { jsonrpc: '2.0', error: {} } });
  });

  it('a GET is 405 with a JSON-RPC error, which every client takes for: there is no stream', async () => {
    const headers = {
      authorization: `Bearer ${anAccessToken(server.key)}`,
      accept: 'text/event-stream',
    };
    const response = await server.send(new Request('https://mcp.example.com/mcp', { headers }));
    expect(response.status).toBe(405);
    expect(await response.json()).toMatchObject({ jsonrpc: '2.0', error: {} });
  });
});
