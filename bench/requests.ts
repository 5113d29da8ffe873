import { tenant } from './tokens.ts';

/** Raw HTTP/1.1 requests: the load generator sends bytes, so that it costs as little as it can. */

export type Revision = '2026-07-28' | '2025-11-25';

export interface Message {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export const echoedText = 'The quick brown fox jumps over the lazy dog.';

const metaOf = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

export const message = (
  method: string,
  params: Readonly<Record<string, unknown>>,
  revision: Revision,
): Message => {
  if (revision === '2025-11-25')
    return {
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      headers: { 'mcp-protocol-version': revision },
    };
  const _meta = { ...metaOf, ...(params._meta as object | undefined) };
  return {
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } }),
    headers: {
      'mcp-protocol-version': revision,
      'mcp-method': method,
      ...(typeof params.name === 'string' && { 'mcp-name': params.name }),
    },
  };
};

export const callOf = (tool: string, revision: Revision = '2026-07-28'): Message =>
  message('tools/call', { name: tool, arguments: { tenant, text: echoedText } }, revision);

export const listTools = (revision: Revision = '2026-07-28'): Message =>
  message('tools/list', {}, revision);

/** One request as bytes on the wire. The address header is what an edge adds: limits count it. */
export const rawRequest = ({ body, headers }: Message, token?: string): string =>
  [
    'POST /mcp HTTP/1.1',
    'host: mcp.example.com',
    'content-type: application/json',
    'accept: application/json, text/event-stream',
    'user-agent: bench/1.0',
    'cloudfront-viewer-address: 203.0.113.7:4711',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');

/** The same call by each of these people in turn. */
export const rawCalls = (tokens: readonly string[], revision: Revision = '2026-07-28'): string[] =>
  tokens.map((token) => rawRequest(callOf('echo', revision), token));
