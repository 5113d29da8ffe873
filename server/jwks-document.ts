import { createPublicKey } from 'node:crypto';
import type { JwkWithKid } from 'aws-jwt-verify/jwk';
import type { FetchJwks } from './fetch-jwks.ts';

/**
 * RFC 7517: fetching one JWK Set and keeping what can verify our tokens. The document comes from
 * the network, so every property that could hurt (time, size, redirects, odd keys) is bounded here.
 */

/** Why a fetch yielded no usable keys. The code goes to the log, the message stays here. */
export class JwksFetchError extends Error {
  static readonly code = 'ERR_JWKS_FETCH';
  readonly detail: string;

  constructor(detail: string) {
    super(`the key set could not be used: ${detail}`);
    this.name = 'JwksFetchError';
    this.detail = detail;
  }
}

const timeoutMs = 3000;
const maxBytes = 64 * 1024;
const minModulusBits = 2048;
const minPublicExponent = 65_537n;

const readBounded = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    if (length > maxBytes) throw new JwksFetchError('too_large');
    chunks.push(chunk);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
};

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const isStrong = (n: string, e: string): boolean => {
  try {
    const key = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
    const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
    return modulusLength >= minModulusBits && publicExponent >= minPublicExponent;
  } catch {
    return false;
  }
};

/** RFC 7517 §4: an RSA key, for signatures, of a size that is still safe. Anything else is skipped. */
const signingKey = (value: unknown): JwkWithKid | undefined => {
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

const signingKeys = (text: string): readonly JwkWithKid[] => {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new JwksFetchError('not_json');
  }
  const keys = (document as { readonly keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys)) throw new JwksFetchError('not_a_key_set');
  const usable = keys.map(signingKey).filter((key) => key !== undefined);
  // No issuer withdraws every key it has: an empty set is a broken or a lying answer.
  if (usable.length === 0) throw new JwksFetchError('no_usable_key');
  return usable;
};

const detailOf = (error: unknown, signal: AbortSignal): string => {
  if (error instanceof JwksFetchError) return error.detail;
  return signal.aborted ? 'timeout' : 'unreachable';
};

/**
 * Fetches a key set: 3 s, 64 KB, no redirect, status 200, at least one usable key.
 * Throws nothing but {@link JwksFetchError}. Does not check the scheme of the URI: the configuration did.
 */
export const fetchSigningKeys = async (
  jwksUri: string,
  fetchJwks: FetchJwks,
): Promise<readonly JwkWithKid[]> => {
  const signal = AbortSignal.timeout(timeoutMs);
  const expired = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new JwksFetchError('timeout')), { once: true });
  });
  const load = async () => {
    const response = await fetchJwks(jwksUri, {
      headers: { accept: 'application/json' },
      // Following a redirect would let whoever controls one URL of the issuer choose our keys.
      redirect: 'error',
      signal,
    });
    if (response.status !== 200 || response.redirected)
      throw new JwksFetchError(`status_${response.status}`);
    return signingKeys(await readBounded(response));
  };
  try {
    return await Promise.race([load(), expired]);
  } catch (error) {
    throw new JwksFetchError(detailOf(error, signal));
  }
};
