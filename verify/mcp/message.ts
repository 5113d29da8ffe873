import type { Wanted } from '../http/send.ts';

/** MCP requests as clients of both eras write them. */

export type McpMessage = Pick<Wanted, 'headers' | 'body'>;

export const modernRevision = '2026-07-28';
export const latestLegacyRevision = '2025-11-25';

/** The id of every request that a check sends; answers are recognised by it. */
export const messageId = 1;

const jsonHeaders = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
} as const;

const clientInfo = { name: 'cdk-secure-mcp-verify', version: '1' } as const;

type Params = Readonly<Record<string, unknown>>;

/** A message with exactly this body: for what no client would write. */
export const rawMessage = (
  body: string,
  headers: Readonly<Record<string, string>> = {},
): McpMessage => ({ headers: { ...jsonHeaders, ...headers }, body });

/** A request of a 2025 revision. */
export const legacyMessage = (
  method: string,
  params: Params = {},
  revision: string = latestLegacyRevision,
): McpMessage =>
  rawMessage(JSON.stringify({ jsonrpc: '2.0', id: messageId, method, params }), {
    'mcp-protocol-version': revision,
  });

/** A notification of a 2025 revision: no id, no reply. */
export const notificationMessage = (method: string): McpMessage =>
  rawMessage(JSON.stringify({ jsonrpc: '2.0', method }), {
    'mcp-protocol-version': latestLegacyRevision,
  });

/** The handshake of the 2025 revisions: it carries no version header. */
export const initializeMessage = (revision: string = latestLegacyRevision): McpMessage => {
  const params = { protocolVersion: revision, capabilities: {}, clientInfo };
  const method = 'initialize';
  return rawMessage(JSON.stringify({ jsonrpc: '2.0', id: messageId, method, params }));
};

/** A request of 2026-07-28: version and capabilities in every body, mirrored in the headers. */
export const modernMessage = (
  method: string,
  params: Params = {},
  options: {
    readonly revision?: string;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): McpMessage => {
  const { revision = modernRevision, headers = {} } = options;
  const meta = {
    'io.modelcontextprotocol/protocolVersion': revision,
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': clientInfo,
  };
  const named: Readonly<Record<string, string>> =
    typeof params.name === 'string' ? { 'mcp-name': params.name } : {};
  return rawMessage(
    JSON.stringify({
      jsonrpc: '2.0',
      id: messageId,
      method,
      params: { ...params, _meta: meta },
    }),
    { 'mcp-protocol-version': revision, 'mcp-method': method, ...named, ...headers },
  );
};
