/**
 * Which headers cross the guard. Lists of what may pass, not of what may not: a header nobody has
 * thought of stays outside. So no Authorization, Cookie, hop-by-hop field (RFC 9110 §7.6.1),
 * Forwarded, X-Forwarded-*, X-Real-IP or Caller-Identity of a client gets in.
 */

import type { HeaderFields } from '../incoming-call.ts';

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

// Besides Content-Type, which decides whether anything passes.
const responseHeaders = [
  'allow',
  'cache-control',
  'content-language',
  'mcp-protocol-version',
  'retry-after',
  'x-accel-buffering',
];

/** What the upstream gets to see of the client's headers. */
export const forwardedRequestHeaders = (headers: HeaderFields): Record<string, string> => {
  const forwarded: Record<string, string> = {};
  for (const [name, value] of headers.entries()) {
    if (!requestHeaders.has(name) && !mcpHeader.test(name)) continue;
    const others = forwarded[name];
    forwarded[name] = others === undefined ? value : `${others}, ${value}`;
  }
  return forwarded;
};

/** What the client gets to see of the upstream's: no Set-Cookie, no WWW-Authenticate, no Server. */
export const forwardedResponseHeaders = (
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> => {
  const forwarded: Record<string, string> = {};
  for (const name of responseHeaders) {
    const value = headers[name];
    if (value !== undefined) forwarded[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return forwarded;
};
