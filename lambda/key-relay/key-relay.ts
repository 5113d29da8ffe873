import { readKeySet } from '../../oauth/signing-key.ts';
import type { RelayedKeySet } from './config.ts';
import { type Fetch, fetchDocument } from './fetch-document.ts';

/** Where copies are kept. */
export interface KeyStore {
  put(objectKey: string, document: string): Promise<void>;
  remove(objectKey: string): Promise<void>;
}

export interface KeyRelayParts {
  readonly keySets: readonly RelayedKeySet[];
  readonly store: KeyStore;
  readonly fetch: Fetch;
}

/** What became of one key set. Holds public values only. */
export interface RelayResult {
  readonly jwksUri: string;
  readonly keyIds: readonly string[];
  /** Absent if it was published. */
  readonly problem?: string;
}

const problemOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'unexpected';

const relayOne = async (
  { store, fetch }: KeyRelayParts,
  { jwksUri, objectKey }: RelayedKeySet,
): Promise<RelayResult> => {
  try {
    const keys = readKeySet(await fetchDocument(jwksUri, fetch));
    // Nothing is written then: the copy that is there stays.
    if (!keys.ok) return { jwksUri, keyIds: [], problem: keys.error };
    // Written anew from what was understood: nothing else of the document gets through.
    await store.put(objectKey, JSON.stringify({ keys: keys.value }));
    return { jwksUri, keyIds: keys.value.map(({ kid }) => kid) };
  } catch (error) {
    return { jwksUri, keyIds: [], problem: problemOf(error) };
  }
};

/**
 * Copies every key set. One that cannot be read or holds no usable key leaves its copy as it is, and
 * keeps no other from being copied. Never throws.
 */
export const relayKeys = (parts: KeyRelayParts): Promise<readonly RelayResult[]> =>
  Promise.all(parts.keySets.map((keySet) => relayOne(parts, keySet)));

/** Removes every copy, so that the bucket can be deleted. */
export const removeKeys = async ({ keySets, store }: KeyRelayParts): Promise<void> => {
  await Promise.all(keySets.map(({ objectKey }) => store.remove(objectKey)));
};
