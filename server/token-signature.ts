import {
  JwksNotAvailableInCacheError,
  JwtInvalidAudienceError,
  JwtInvalidIssuerError,
  JwtInvalidSignatureAlgorithmError,
  JwtInvalidSignatureError,
  JwtWithoutValidKidError,
  KidNotFoundInJwksError,
} from 'aws-jwt-verify/error';
import type { Jwt } from 'aws-jwt-verify/jwt-model';
import { JwtVerifierBase } from 'aws-jwt-verify/jwt-verifier';
import type { CompactParts } from '../oauth/compact-token.ts';
import type { Rejection, RejectionReason } from '../oauth/rejection.ts';
import { err, ok, type Result } from '../oauth/result.ts';
import type { TokenIssuer } from './issuer-settings.ts';
import type { SigningKeys } from './signing-keys.ts';

/** Did one of the issuer's keys sign this? Only here does aws-jwt-verify have a say. */

// Library messages quote claims and never leave this file: only the class of an error counts.
const reasonOf: readonly (readonly [abstract new (...args: never) => Error, RejectionReason])[] = [
  [JwksNotAvailableInCacheError, 'jwks_unavailable'],
  [KidNotFoundInJwksError, 'kid_unknown'],
  [JwtWithoutValidKidError, 'kid_missing'],
  [JwtInvalidSignatureAlgorithmError, 'alg_not_allowed'],
  [JwtInvalidSignatureError, 'signature_invalid'],
  [JwtInvalidIssuerError, 'issuer_mismatch'],
  [JwtInvalidAudienceError, 'audience_mismatch'],
];

/**
 * What the verifier's error means. An error that is not in the table is a refusal as well: a bug in
 * a library must not become a way in, nor a 500 that tells an attacker to go on.
 */
export const rejectionOfVerifierError = (error: unknown): Rejection => ({
  reason: reasonOf.find(([type]) => error instanceof type)?.[1] ?? 'signature_invalid',
});

const isAboutMissingKey = (error: unknown): boolean =>
  error instanceof KidNotFoundInJwksError || error instanceof JwksNotAvailableInCacheError;

/**
 * Runs something synchronous whose errors nobody reads. Node 24 finds out whether an object is a key
 * by catching an error, and an error's stack costs a third of a verification (25 µs → 18 µs).
 */
const withoutStacks = <T>(run: () => T): T => {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return run();
  } finally {
    Error.stackTraceLimit = limit;
  }
};

type Properties = {
  // Both are checked by validateAccessTokenClaims, in the order of the log's reasons and against our
  // clock; an infinite grace takes the library's own clock out of the decision.
  readonly audience: null;
  readonly graceSeconds: number;
};
type Issuer = Properties & { readonly issuer: string; readonly jwksUri: string };

/**
 * As the verifiers that come with the library, but for tokens that have been taken apart: decoding
 * them again, with a reviver that leaves slow objects behind, is a fifth of a verification (7 µs).
 */
class PartsVerifier extends JwtVerifierBase<Properties, Issuer, true> {
  constructor(issuers: readonly TokenIssuer[], keys: SigningKeys) {
    const own = { audience: null, graceSeconds: Number.POSITIVE_INFINITY };
    super(
      issuers.map(({ issuer, jwksUri }) => ({ issuer, jwksUri, ...own })),
      keys,
    );
  }

  /** Throws unless a key that is held has signed it. */
  verifyWithHeldKey(token: DecomposedJwt): void {
    const issuer = this.getIssuerConfig(token.payload.iss);
    this.verifyDecomposedJwtSync(token, issuer.jwksUri, issuer);
  }

  /** As above, but looks for a key that is not held at its issuer first. */
  async verifyWithAnyKey(token: DecomposedJwt): Promise<void> {
    const issuer = this.getIssuerConfig(token.payload.iss);
    await this.verifyDecomposedJwt(token, issuer.jwksUri, issuer);
  }
}

type DecomposedJwt = Jwt & {
  readonly headerB64: string;
  readonly payloadB64: string;
  readonly signatureB64: string;
};

const decomposed = ({ header, claims, segments }: CompactParts): DecomposedJwt => {
  const [headerB64, payloadB64, signatureB64] = segments;
  return { header, payload: claims, headerB64, payloadB64, signatureB64 } as DecomposedJwt;
};

export interface TokenSignature {
  /** Waits for the network only where the key is not held. */
  readonly verify: (parts: CompactParts) => Promise<Result<undefined, Rejection>>;
  /** The key set has changed: the verifier remembers key objects by key id, and one may have changed hands. */
  readonly forgetKeys: () => void;
}

/**
 * Guarantees that what it accepts was signed, over exactly these segments, with the key that the
 * header names, by the issuer that the claims name, which is a configured one.
 *
 * Believes its caller that `header` and `claims` are what the segments say, and does not look at times,
 * audience or scopes.
 *
 * @see [RFC 7515 §5.2](https://www.rfc-editor.org/rfc/rfc7515#section-5.2)
 */
export const createTokenSignature = (
  issuers: readonly TokenIssuer[],
  keys: SigningKeys,
): TokenSignature => {
  let verifier = new PartsVerifier(issuers, keys);
  const verifyAtOnce = (token: DecomposedJwt): void | Promise<void> => {
    try {
      withoutStacks(() => verifier.verifyWithHeldKey(token));
    } catch (error) {
      // Only a key that is not here is worth waiting for.
      if (!isAboutMissingKey(error)) throw error;
      return verifier.verifyWithAnyKey(token);
    }
  };
  return {
    verify: async (parts) => {
      try {
        await verifyAtOnce(decomposed(parts));
        return ok(undefined);
      } catch (error) {
        return err(rejectionOfVerifierError(error));
      }
    },
    forgetKeys: () => {
      verifier = new PartsVerifier(issuers, keys);
    },
  };
};
