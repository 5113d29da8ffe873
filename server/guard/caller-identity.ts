import { createHash, createHmac, type KeyObject, randomUUID, sign } from 'node:crypto';
import type { Exchange } from '../mcp/caller.ts';

/**
 * Who is calling, for the server behind the guard: one header, a compact JWS (RFC 7515) that is good
 * for one request and half a minute. docs/guard-mode.md tells the other side how to check it.
 */

/** Name of the header. Not `mcp-…`: those come from the client. */
export const callerIdentityHeader = 'caller-identity';

export const callerIdentityIssuer = 'cdk-secure-mcp/guard';

/** Long enough for a busy process to look at it, too short to be kept. */
export const callerIdentitySeconds = 30;

/** A shared secret of at least 32 bytes (HS256), or an Ed25519 private key (EdDSA). */
export type IdentityKey =
  | { readonly secret: Uint8Array }
  | { readonly privateKey: KeyObject; readonly keyId?: string };

/** The request that the identity belongs to, and no other. */
export interface BoundRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
}

const encoded = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

const claimsOf = (
  { principal, correlationId }: Exchange,
  { method, url, body }: BoundRequest,
  now: number,
) => ({
  iss: callerIdentityIssuer,
  aud: url.origin,
  sub: principal.subject,
  ...(principal.tenant !== undefined && { tenant: principal.tenant }),
  client_id: principal.clientId,
  scope: principal.scopes.join(' '),
  groups: principal.groups,
  machine: principal.isMachine,
  // Subjects are unique per issuer only.
  sub_issuer: principal.issuer,
  // As in DPoP (RFC 9449 §4.2): what was signed for one request is worthless for another.
  htm: method,
  htu: url.href,
  body_sha256: createHash('sha256').update(body).digest('base64url'),
  correlation_id: correlationId,
  jti: randomUUID(),
  iat: Math.floor(now / 1000),
  exp: Math.floor(now / 1000) + callerIdentitySeconds,
});

const signatureOf = (input: string, key: IdentityKey): Buffer =>
  'secret' in key
    ? createHmac('sha256', key.secret).update(input).digest()
    : sign(null, Buffer.from(input), key.privateKey);

const headerOf = (key: IdentityKey) => {
  const typ = 'caller-identity+jwt';
  if ('secret' in key) return { alg: 'HS256', typ };
  return { alg: 'EdDSA', typ, ...(key.keyId !== undefined && { kid: key.keyId }) };
};

/**
 * Signs the caller's identity for one request. Guarantees that no access token, name or e-mail
 * address is in it. Does not encrypt: it must stay on loopback.
 *
 * @param now milliseconds since the epoch
 * @see [RFC 7515 §3.1](https://www.rfc-editor.org/rfc/rfc7515#section-3.1)
 */
export const signCallerIdentity = (
  exchange: Exchange,
  request: BoundRequest,
  { key, now }: { readonly key: IdentityKey; readonly now: number },
): string => {
  const input = `${encoded(headerOf(key))}.${encoded(claimsOf(exchange, request, now))}`;
  return `${input}.${signatureOf(input, key).toString('base64url')}`;
};
