import { legacyRequest, messageOf, modernRequest } from '../support/resource-server.ts';
import { demand } from './demands.ts';
import type { Revision } from './mcp-client.ts';

/** The first thing a client does with its access token, in each revision, byte for byte. */

interface McpConnection {
  readonly fetch: typeof fetch;
  readonly mcpUrl: string;
  readonly accessToken: string;
}

export interface McpConversation {
  readonly revision: Revision;
  readonly serverName: string;
  readonly tools: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

const post = (
  { fetch: send, mcpUrl, accessToken }: McpConnection,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> =>
  send(mcpUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${accessToken}`,
      ...headers,
    },
    body: JSON.stringify(body),
  });

const resultOf = async (response: Response, what: string): Promise<Json> => {
  const { status } = response;
  const message = await messageOf(response);
  demand('mcp_answer', status === 200 && message.result !== undefined, { what, status, message });
  return message.result as Json;
};

const toolNames = (result: Json): readonly string[] =>
  ((result.tools ?? []) as readonly { name: string }[]).map(({ name }) => name);

/** 2025-03-26 knows no MCP-Protocol-Version header; from 2025-06-18 on it is sent after initialize. */
const legacyHeaders = (revision: Revision): Record<string, string> =>
  revision === '2025-03-26' ? {} : { 'mcp-protocol-version': revision };

const converseLegacy = async (
  connection: McpConnection,
  revision: Revision,
): Promise<McpConversation> => {
  const initialize = legacyRequest('initialize', {
    protocolVersion: revision,
    capabilities: {},
    clientInfo: { name: 'conformance', version: '1.0.0' },
  });
  const initialized = await resultOf(await post(connection, initialize), 'initialize');
  demand('mcp_answer', initialized.protocolVersion === revision, initialized);
  const headers = legacyHeaders(revision);
  const notification = { jsonrpc: '2.0', method: 'notifications/initialized' };
  const accepted = await post(connection, notification, headers);
  demand('mcp_answer', accepted.status === 202, `${accepted.status} to a notification`);
  const list = await post(connection, legacyRequest('tools/list', {}, 2), headers);
  const { serverInfo } = initialized as { serverInfo?: { name?: string } };
  const tools = toolNames(await resultOf(list, 'tools/list'));
  return { revision, serverName: serverInfo?.name ?? '', tools };
};

const converseModern = async (connection: McpConnection): Promise<McpConversation> => {
  const discover = modernRequest('server/discover');
  const discovered = await resultOf(
    await post(connection, discover.body, discover.headers),
    'server/discover',
  );
  const { supportedVersions } = discovered as { supportedVersions?: readonly string[] };
  demand('mcp_answer', supportedVersions?.includes('2026-07-28') ?? false, discovered);
  const list = modernRequest('tools/list', {}, 2);
  const listed = await resultOf(await post(connection, list.body, list.headers), 'tools/list');
  const meta = (discovered._meta ?? {}) as Json;
  const serverInfo = (discovered.serverInfo ?? meta['io.modelcontextprotocol/serverInfo']) as
    | { name?: string }
    | undefined;
  return { revision: '2026-07-28', serverName: serverInfo?.name ?? '', tools: toolNames(listed) };
};

/** Opens a conversation in one revision and lists the tools. */
export const converse = (
  connection: McpConnection,
  revision: Revision,
): Promise<McpConversation> =>
  revision === '2026-07-28' ? converseModern(connection) : converseLegacy(connection, revision);
