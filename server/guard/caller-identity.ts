import { createHmac, createSecretKey, hash, type KeyObject, randomUUID, sign } from 'node:crypto';
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
  /** As it is sent. */
  readonly body: string | Uint8Array;
}

const encoded = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

const claimsOf = (
  { principal, correlationId }: Pick<Exchange, 'principal' | 'correlationId'>,
  { method, body, origin, href }: BoundRequest & Pick<URL, 'origin' | 'href'>,
  now: number,
) => ({
  iss: callerIdentityIssuer,
  aud: origin,
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
  htu: href,
  body_sha256: hash('sha256', body, 'base64url'),
  correlation_id: correlationId,
  jti: randomUUID(),
  iat: Math.floor(now / 1000),
  exp: Math.floor(now / 1000) + callerIdentitySeconds,
});

/** Signs with a key object: Node 24 tells a bare secret from one by catching an error. */
const signerOf = (key: IdentityKey): ((input: string) => string) => {
  if (!('secret' in key)) {
    const { privateKey } = key;
    return (input) => sign(null, Buffer.from(input), privateKey).toString('base64url');
  }
  const secret = createSecretKey(key.secret);
  return (input) => createHmac('sha256', secret).update(input).digest('base64url');
};

const headerOf = (key: IdentityKey) => {
  const typ = 'caller-identity+jwt';
  if ('secret' in key) return { alg: 'HS256', typ };
  return { alg: 'EdDSA', typ, ...(key.keyId !== undefined && { kid: key.keyId }) };
};

/** Signs the identity of a caller for one request, now: milliseconds since the epoch. */
export type SignCallerIdentity = (
  exchange: Pick<Exchange, 'principal' | 'correlationId'>,
  request: BoundRequest,
  now: number,
) => string;

/**
 * Signs the caller's identity for one request after the other. Guarantees that no access token, name
 * or e-mail address is in it. Does not encrypt: it must stay on loopback.
 *
 * @param url where all of the requests go
 * @see [RFC 7515 §3.1](https://www.rfc-editor.org/rfc/rfc7515#section-3.1)
 */
export const createCallerIdentity = (key: IdentityKey, url: URL): SignCallerIdentity => {
  const header = encoded(headerOf(key));
  const { origin, href } = url;
  const signature = signerOf(key);
  return (exchange, request, now) => {
    const input = `${header}.${encoded(claimsOf(exchange, { ...request, origin, href }, now))}`;
    return `${input}.${signature(input)}`;
  };
};
