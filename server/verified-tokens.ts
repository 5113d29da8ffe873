import { hash } from 'node:crypto';

/**
 * Access tokens whose signature was found right. Only that is remembered: times, audience, tenant,
 * client and scopes are judged anew on every call, and what is withdrawn elsewhere stays withdrawn.
 *
 * Measured (docs/performance.md): a hit costs 2 µs, a verification on Node 24 fifty times that.
 */

/** What the signature vouches for. */
export interface VerifiedToken {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly issuer: string;
}

export interface VerifiedTokens {
  readonly find: (digest: string) => VerifiedToken | undefined;
  /** `generation` is the one in which the verification began: keys may have changed since. */
  readonly remember: (digest: string, token: VerifiedToken, generation: number) => void;
  readonly generation: () => number;
  /** Forgets everything: a key was withdrawn or replaced, and nobody asks which tokens it signed. */
  readonly forget: () => void;
  readonly size: () => number;
}

/** About 20 MB at worst, more people at once than one task serves. */
export const defaultTokenPlaces = 10_000;

/**
 * What a token is found by: the digest of its whole text, so that a memory dump holds no credentials
 * and a token that differs in one bit is another one.
 */
export const digestOf = (compact: string): string => hash('sha256', compact, 'base64');

/**
 * Keeps at most `places` tokens, the ones seen last, by their {@link digestOf}.
 *
 * Does not look at the token: whoever remembers one has verified its signature.
 */
export const createVerifiedTokens = (places = defaultTokenPlaces): VerifiedTokens => {
  // A Map remembers the order of insertion, so its first entry is the one not seen for longest.
  const tokens = new Map<string, VerifiedToken>();
  let generation = 0;
  return {
    find: (digest) => {
      const token = tokens.get(digest);
      if (token === undefined) return undefined;
      tokens.delete(digest);
      tokens.set(digest, token);
      return token;
    },
    remember: (digest, token, verifiedIn) => {
      // A verification that was under way while a key was withdrawn must not bring it back.
      if (verifiedIn !== generation || places < 1) return;
      const oldest = tokens.size >= places ? tokens.keys().next().value : undefined;
      if (oldest !== undefined) tokens.delete(oldest);
      tokens.set(digest, token);
    },
    generation: () => generation,
    forget: () => {
      generation += 1;
      tokens.clear();
    },
    size: () => tokens.size,
  };
};
