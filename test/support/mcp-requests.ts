/** Messages as clients write them. Needs no test runner: the soak sends them as well. */

/** A request of MCP 2025-11-25. */
export const legacyRequest = (method: string, params: Record<string, unknown> = {}, id = 1) => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
});

/** A request of MCP 2026-07-28, with the headers that belong to it. */
export const modernRequest = (method: string, params: Record<string, unknown> = {}, id = 1) => {
  const name = (params.name ?? params.uri) as string | undefined;
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1.0.0' },
    ...(params._meta as Record<string, unknown> | undefined),
  };
  return {
    body: { jsonrpc: '2.0', id, method, params: { ...params, _meta } },
    headers: {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(name !== undefined && { 'mcp-name': name }),
    },
  };
};
