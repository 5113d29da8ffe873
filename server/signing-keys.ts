import {
  JwksNotAvailableInCacheError,
  JwtWithoutValidKidError,
  KidNotFoundInJwksError,
} from 'aws-jwt-verify/error';
import type { JwksCache, JwkWithKid } from 'aws-jwt-verify/jwk';
import type { Evidence } from '../oauth/rejection.ts';
import type { FetchJwks } from './fetch-jwks.ts';
import { fetchSigningKeys, JwksFetchError } from './jwks-document.ts';

/**
 * The issuers' public keys, kept ahead of need: fetched at start and every five minutes, so that no
 * request waits for one. A key id we do not know may cause a fetch, but only at a bounded rate:
 * made-up key ids neither hammer the issuer nor keep a freshly rotated key out for long.
 */

const refreshMs = 5 * 60_000;
const refreshJitterMs = 30_000;
// Without any key every call of the issuer's users is a 503.
const retryWhenEmptyMs = 5000;
const missBurst = 5;
const missRefillPerMs = 1 / 1000;

export interface SigningKeysOptions {
  readonly fetchJwks: FetchJwks;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The key set of an issuer is different from before. Key objects derived from it are stale. */
  readonly onChanged?: (jwksUri: string, evidence: Evidence) => void;
  readonly onFailed?: (jwksUri: string, evidence: Evidence) => void;
}

export interface SigningKeys extends JwksCache {
  /** Fetches every key set once and starts the background refresh. Never throws. */
  warm(): Promise<void>;
  /**
   * Whether at least one issuer's keys are held. Not all: one customer's identity provider that is
   * down while we start must not keep everybody else out.
   */
  isWarm(): boolean;
  /** Stops the background refresh. */
  close(): void;
}

/** The keys of one issuer. */
class KeySet {
  readonly #jwksUri: string;
  readonly #options: SigningKeysOptions;
  #keys: ReadonlyMap<string, JwkWithKid> | undefined;
  #underWay: Promise<void> | undefined;
  #missTokens = missBurst;
  #missTokensAt: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(jwksUri: string, options: SigningKeysOptions) {
    this.#jwksUri = jwksUri;
    this.#options = options;
    this.#missTokensAt = options.now();
  }

  get isEmpty(): boolean {
    return this.#keys === undefined;
  }

  find(keyId: string): JwkWithKid | undefined {
    return this.#keys?.get(keyId);
  }

  /** Everyone who misses at the same time waits for the same fetch; without budget nobody fetches. */
  async refreshAfterMiss(): Promise<void> {
    if (!this.#underWay && !this.#takeMissToken()) return;
    await this.refresh();
  }

  refresh(): Promise<void> {
    this.#underWay ??= this.#fetch().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  schedule(): void {
    const delay = this.isEmpty
      ? retryWhenEmptyMs
      : refreshMs + (Math.random() * 2 - 1) * refreshJitterMs;
    this.#timer = setTimeout(() => {
      void this.refresh().finally(() => this.#timer && this.schedule());
    }, delay);
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #fetch(): Promise<void> {
    try {
      this.#replace(await fetchSigningKeys(this.#jwksUri, this.#options.fetchJwks));
    } catch (error) {
      // Known keys stay: an issuer that is down for an hour must not log everyone out.
      const cause = error instanceof JwksFetchError ? error.detail : 'unexpected';
      this.#options.onFailed?.(this.#jwksUri, { cause, keysHeld: this.#keys?.size ?? 0 });
    }
  }

  /** A key that is missing from the new set was withdrawn, and is gone from here at once. */
  #replace(fetched: readonly JwkWithKid[]): void {
    const before = this.#keys ?? new Map<string, JwkWithKid>();
    const keys = new Map(fetched.map((key) => [key.kid, key]));
    // Compared by value: a key id that now names another key is a change too.
    const isSame = ({ kid, n, e }: JwkWithKid) =>
      before.get(kid)?.n === n && before.get(kid)?.e === e;
    const added = [...keys.values()].filter((key) => !isSame(key)).map(({ kid }) => kid);
    const withdrawn = [...before.keys()].filter((keyId) => !keys.has(keyId));
    this.#keys = keys;
    if (added.length + withdrawn.length > 0)
      this.#options.onChanged?.(this.#jwksUri, { keysHeld: keys.size, added, withdrawn });
  }

  #takeMissToken(): boolean {
    const now = this.#options.now();
    const refilled = this.#missTokens + (now - this.#missTokensAt) * missRefillPerMs;
    this.#missTokens = Math.min(missBurst, refilled);
    this.#missTokensAt = now;
    if (this.#missTokens < 1) return false;
    this.#missTokens -= 1;
    return true;
  }
}

const keyIdOf = (jwt: Parameters<JwksCache['getJwk']>[1]): string => {
  if (typeof jwt.header.kid !== 'string') throw new JwtWithoutValidKidError('no key id');
  return jwt.header.kid;
};

/**
 * A {@link JwksCache} over a fixed list of key sets. No request but one with an unknown key id ever
 * waits for the network. Does not limit the age of keys while fetches fail: the `onFailed` event,
 * of high severity and repeated every five minutes, is what somebody has to act on.
 */
export const createSigningKeys = (
  jwksUris: readonly string[],
  options: SigningKeysOptions,
): SigningKeys => {
  const sets = new Map(jwksUris.map((jwksUri) => [jwksUri, new KeySet(jwksUri, options)]));
  const setOf = (jwksUri: string): KeySet => {
    const set = sets.get(jwksUri);
    // A URI that nobody configured is never fetched, whoever asks.
    if (!set) throw new JwksNotAvailableInCacheError('not a configured key set');
    return set;
  };
  const heldKey = (set: KeySet, keyId: string): JwkWithKid => {
    const key = set.find(keyId);
    if (key) return key;
    if (set.isEmpty) throw new JwksNotAvailableInCacheError('no keys are held');
    throw new KidNotFoundInJwksError('unknown key id');
  };
  const unsupported = (): never => {
    throw new Error('keys come from the configured key sets only');
  };
  return {
    getJwk: async (jwksUri, jwt) => {
      const set = setOf(jwksUri);
      const keyId = keyIdOf(jwt);
      if (!set.find(keyId)) await set.refreshAfterMiss();
      return heldKey(set, keyId);
    },
    getCachedJwk: (jwksUri, jwt) => heldKey(setOf(jwksUri), keyIdOf(jwt)),
    getJwks: unsupported,
    addJwks: unsupported,
    warm: async () => {
      await Promise.all([...sets.values()].map((set) => set.refresh()));
      for (const set of sets.values()) set.schedule();
    },
    isWarm: () => [...sets.values()].some((set) => !set.isEmpty),
    close: () => {
      for (const set of sets.values()) set.stop();
    },
  };
};
