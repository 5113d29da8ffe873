/**
 * Which headers cross the guard. Lists of what may pass, not of what may not: a header nobody has
 * thought of stays outside. So no Authorization, Cookie, hop-by-hop field (RFC 9110 §7.6.1),
 * Forwarded, X-Forwarded-*, X-Real-IP or Caller-Identity of a client gets in.
 */

const requestHeaders = new Set([
  'accept',
  'accept-language',
  'last-event-id',
  'traceparent',
  'tracestate',
  'user-agent',
]);

// `Mcp-Method`, `Mcp-Name`, `Mcp-Param-*`, `MCP-Protocol-Version`. The session id is set apart.
const mcpHeader = /^mcp-(?!session-id$)[a-z0-9-]+$/;

const responseHeaders = new Set([
  'allow',
  'cache-control',
  'content-language',
  'content-type',
  'mcp-protocol-version',
  'retry-after',
  'x-accel-buffering',
]);

/** What the upstream gets to see of the client's headers. */
export const forwardedRequestHeaders = (headers: Headers): Record<string, string> =>
  Object.fromEntries(
    [...headers].filter(([name]) => requestHeaders.has(name) || mcpHeader.test(name)),
  );

/** What the client gets to see of the upstream's: no Set-Cookie, no WWW-Authenticate, no Server. */
export const forwardedResponseHeaders = (
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Headers => {
  const forwarded = new Headers();
  for (const [name, value] of Object.entries(headers))
    if (typeof value === 'string' && responseHeaders.has(name)) forwarded.set(name, value);
  return forwarded;
};
