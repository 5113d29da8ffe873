import { isFactorableModulus } from './factorable-modulus.ts';
import { err, ok, type Result } from './result.ts';

/** RFC 7517: which keys of a published key set can verify access tokens. */

/** A public RSA key. No other member of the document is kept. */
export interface SigningKey {
  readonly kty: 'RSA';
  readonly kid: string;
  readonly n: string;
  readonly e: string;
  readonly use: 'sig';
  readonly alg: 'RS256';
}

export type KeySetProblem = 'not_json' | 'not_a_key_set' | 'no_usable_key';

const minModulusBits = 2048;
const minPublicExponent = 65_537n;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const base64urlSyntax = /^[A-Za-z0-9_-]+$/;

/** RFC 7518 §2: a big-endian number as base64url. */
const numberOf = (text: string): bigint | undefined => {
  if (!base64urlSyntax.test(text) || text.length % 4 === 1) return undefined;
  const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return BigInt(
    `0x${Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('')}`,
  );
};

const isStrong = (n: string, e: string): boolean => {
  const modulus = numberOf(n);
  const exponent = numberOf(e);
  if (modulus === undefined || exponent === undefined) return false;
  // Both are odd in every RSA key.
  if (modulus % 2n === 0n || exponent % 2n === 0n) return false;
  if (modulus.toString(2).length < minModulusBits || exponent < minPublicExponent) return false;
  return !isFactorableModulus(modulus);
};

/** RFC 7517 §4: an RSA key, for signatures, of a size that is still safe. Anything else is skipped. */
const signingKey = (value: unknown): SigningKey | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kty, use = 'sig', alg = 'RS256', kid, n, e, key_ops } = value as Record<string, unknown>;
  if (kty !== 'RSA' || use !== 'sig' || alg !== 'RS256') return undefined;
  // RFC 7517 §4.3: a key that its owner made for something else verifies nothing.
  if (key_ops !== undefined && !(Array.isArray(key_ops) && key_ops.includes('verify')))
    return undefined;
  if (!isText(kid) || !isText(n) || !isText(e) || !isStrong(n, e)) return undefined;
  // A fresh object: private members, certificates and whatever else the document says are left out.
  return { kty, kid, n, e, use, alg };
};

/**
 * At least one key, each fit to verify RS256. Does not check that the keys are the issuer's: who
 * fetched the document, from where, is what that rests on.
 */
export const readKeySet = (text: string): Result<readonly SigningKey[], KeySetProblem> => {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return err('not_json');
  }
  const keys = (document as { readonly keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys)) return err('not_a_key_set');
  const usable = keys.map(signingKey).filter((key) => key !== undefined);
  // No issuer withdraws every key it has: an empty set is a broken or a lying answer.
  return usable.length === 0 ? err('no_usable_key') : ok(usable);
};
