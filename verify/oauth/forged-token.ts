import { createHmac, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';

/** Access tokens that no server may accept: well formed, plausible, and signed by nobody it trusts. */

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export interface ForgedClaims {
  readonly issuer: string;
  readonly resource: string;
  readonly scopes: readonly string[];
  /** Seconds from now. @default 600 */
  readonly expiresIn?: number;
}

const claimsOf = ({ issuer, resource, scopes, expiresIn = 600 }: ForgedClaims) => {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: issuer,
    aud: resource,
    sub: 'verify',
    client_id: 'verify',
    token_use: 'access',
    scope: scopes.join(' '),
    iat: now - 60,
    exp: now + expiresIn,
    jti: randomBytes(8).toString('hex'),
  };
};

/** RFC 8725 §2.1: a header that says no signature is needed. */
export const unsignedToken = (claims: ForgedClaims): string =>
  `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claimsOf(claims))}.`;

/** RFC 8725 §2.1: an HMAC over a string that everybody knows, in the place of a signature. */
export const hmacToken = (claims: ForgedClaims): string => {
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claimsOf(claims))}`;
  return `${signed}.${createHmac('sha256', claims.issuer).update(signed).digest('base64url')}`;
};

/** RFC 8725 §3.5, RFC 7515 §4.1.3: signed properly, by a key that the token itself brings along. */
export const selfSignedToken = (claims: ForgedClaims): string => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const header = {
    alg: 'ES256',
    typ: 'JWT',
    kid: 'verify',
    jwk: publicKey.export({ format: 'jwk' }),
  };
  const signed = `${encode(header)}.${encode(claimsOf(claims))}`;
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return `${signed}.${createSign('sha256').update(signed).sign(key).toString('base64url')}`;
};

/** Has the three parts of a token and nothing in them. */
export const garbageToken = (): string =>
  [16, 32, 32].map((bytes) => randomBytes(bytes).toString('base64url')).join('.');
