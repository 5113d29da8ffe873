import type { JwkWithKid } from 'aws-jwt-verify/jwk';
import { readKeySet } from '../oauth/signing-key.ts';
import { readBounded } from './bounded-body.ts';
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

const textOf = async (response: Response): Promise<string> => {
  const body = await readBounded(response.body, maxBytes);
  if (!body) throw new JwksFetchError('too_large');
  return new TextDecoder('utf-8', { fatal: true }).decode(body);
};

const signingKeys = (text: string): readonly JwkWithKid[] => {
  const keys = readKeySet(text);
  if (!keys.ok) throw new JwksFetchError(keys.error);
  return keys.value.map((key) => ({ ...key }));
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
    return signingKeys(await textOf(response));
  };
  try {
    return await Promise.race([load(), expired]);
  } catch (error) {
    throw new JwksFetchError(detailOf(error, signal));
  }
};
