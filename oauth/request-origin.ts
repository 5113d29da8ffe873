/**
 * Host and Origin allow-lists: the defence against DNS rebinding that MCP demands of every server
 * (2025-11-25 and later: a present but invalid Origin is 403).
 */

const loopbackOrigin = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

/** Allow-list entry that stands for every port of the loopback host names. For local mode. */
export const anyLoopbackOrigin = 'loopback';

/** An absent Origin passes: only browsers send it. `null` never does. */
export const isAllowedOrigin = (
  origin: string | undefined,
  allowedOrigins: readonly string[],
): boolean =>
  origin === undefined ||
  allowedOrigins.includes(origin) ||
  (allowedOrigins.includes(anyLoopbackOrigin) && loopbackOrigin.test(origin));

/** Compares host and port exactly; the case of a host name does not matter (RFC 9110 §4.2.3). */
export const isAllowedHost = (host: string | undefined, allowedHosts: readonly string[]): boolean =>
  host !== undefined && allowedHosts.includes(host.toLowerCase());
