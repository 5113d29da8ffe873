import type { RejectionReason } from '../../../oauth/rejection.ts';
import {
  accessTokenClaims,
  anAccessToken,
  aSigningKey,
  compactToken,
  frozenNow,
  rs256,
} from '../../support/tokens.ts';

/**
 * Attacks on a JWT verifier. Every token carries a good signature of the issuer's real key over
 * exactly these bytes, unless the row says otherwise: only the named flaw can be what refuses it.
 */

export interface Attack {
  readonly name: string;
  readonly reason: RejectionReason;
  readonly token: string;
}

export const key = aSigningKey('key-1');
export const stranger = aSigningKey('key-1');
export const evilIssuer = 'https://evil.example.com';

export const now = frozenNow / 1000;
export const header = { alg: 'RS256', kid: 'key-1' };
export const claims = accessTokenClaims();
export const signed = rs256(key);

export const withHeader = (changes: object) =>
  anAccessToken(key, {}, changes as Record<string, unknown>);
export const withClaims = (changes: object) =>
  anAccessToken(key, changes as Record<string, unknown>);
export const raw = (headerText: string, claimsText: string) =>
  compactToken(headerText, claimsText, signed);
export const withClaimsText = (change: (text: string) => string) =>
  raw(JSON.stringify(header), change(JSON.stringify(claims)));
export const bytes = (...parts: readonly (string | number[])[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string))).toString('base64url');
export const signedSegments = (first: string, second: string) =>
  `${first}.${second}.${signed(`${first}.${second}`).toString('base64url')}`;

export const rows = (
  reason: RejectionReason,
  tokens: Readonly<Record<string, string>>,
): readonly Attack[] => Object.entries(tokens).map(([name, token]) => ({ name, reason, token }));

export const [goodHeader, goodPayload, goodSignature] = withClaims({}).split('.') as [
  string,
  string,
  string,
];
