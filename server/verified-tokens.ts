import { hash } from 'node:crypto';
import type { Rejection } from '../oauth/rejection.ts';

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

/** What was found out about tokens, by the digest of each. */
export interface TokenMemory<T> {
  readonly find: (digest: string) => T | undefined;
  /** `generation` is the one in which the verification began: keys may have changed since. */
  readonly remember: (digest: string, found: T, generation: number) => void;
  readonly generation: () => number;
  /** Forgets everything: a key was withdrawn or replaced, and nobody asks which tokens it signed. */
  readonly forget: () => void;
  readonly size: () => number;
}

export type VerifiedTokens = TokenMemory<VerifiedToken>;

/** About 20 MB at worst, more people at once than one task serves. */
export const defaultTokenPlaces = 10_000;

/**
 * What a token is found by: the digest of its whole text, so that a memory dump holds no credentials
 * and a token that differs in one bit is another one.
 */
export const digestOf = (compact: string): string => hash('sha256', compact, 'base64');

/**
 * Keeps what was found out about at most `places` tokens, the ones seen last, by their {@link digestOf}.
 *
 * Does not look at the token: whoever remembers one has verified its signature.
 */
export const createTokenMemory = <T extends object>(places: number): TokenMemory<T> => {
  // A Map remembers the order of insertion, so its first entry is the one not seen for longest.
  const tokens = new Map<string, T>();
  let generation = 0;
  return {
    find: (digest) => {
      const found = tokens.get(digest);
      if (found === undefined) return undefined;
      tokens.delete(digest);
      tokens.set(digest, found);
      return found;
    },
    remember: (digest, found, verifiedIn) => {
      // A verification that was under way while a key was withdrawn must not bring it back.
      if (verifiedIn !== generation || places < 1) return;
      const oldest = tokens.size >= places ? tokens.keys().next().value : undefined;
      if (oldest !== undefined) tokens.delete(oldest);
      tokens.set(digest, found);
    },
    generation: () => generation,
    forget: () => {
      generation += 1;
      tokens.clear();
    },
    size: () => tokens.size,
  };
};

export const createVerifiedTokens = (places = defaultTokenPlaces): VerifiedTokens =>
  createTokenMemory(places);

const forgedPlaces = 1000;

/**
 * Tokens whose signature was found wrong, so that sending one again and again costs no verification
 * again. Apart from the others, or whoever makes up tokens could push those out.
 */
export const createForgedTokens = (): TokenMemory<Rejection> => createTokenMemory(forgedPlaces);
