import { createHmac } from 'node:crypto';
import { type RevocationKind, revocationFeedLabel } from '../../oauth/revocation.ts';
import { digest } from './digest.ts';
import type { GrantStore, RevocationRecord } from './store/grant-store.ts';

/** What has been taken back, as this process knows it: read from the table at most every few seconds. */
export interface Revocations {
  readonly current: () => Promise<readonly RevocationRecord[]>;
  readonly isBlocked: (kind: 'client' | 'tenant', value: string) => Promise<boolean>;
  /** Ends the access tokens that were issued up to now. */
  readonly revoke: (kind: 'sign-in' | 'subject', value: string) => Promise<void>;
}

/** The key that the resource server shows, derived as it derives it. Without a secret there is no key. */
export const revocationFeedKeyOf = (logPseudonymKey: string | undefined): string | undefined =>
  logPseudonymKey &&
  createHmac('sha256', logPseudonymKey).update(revocationFeedLabel).digest('base64url');

/** Together with the resource server's five seconds: how long a revocation takes. */
const freshMs = 2000;
/** The table does not answer: an older list is better than none, but not for long. */
const usableMs = 60_000;

/**
 * Guarantees that a list is at most two seconds old, or a minute while the table cannot be read.
 * Throws after that: whether somebody is blocked must not be guessed.
 */
export const createRevocations = (
  store: Pick<GrantStore, 'revocations' | 'putRevocation'>,
  now: () => number,
): Revocations => {
  let known: { readonly at: number; readonly list: readonly RevocationRecord[] } | undefined;
  let underWay: Promise<readonly RevocationRecord[]> | undefined;

  const read = async (): Promise<readonly RevocationRecord[]> => {
    const at = now();
    const list = await store.revocations(Math.floor(at / 1000));
    known = { at, list };
    return list;
  };
  const current = async (): Promise<readonly RevocationRecord[]> => {
    if (known && now() - known.at < freshMs) return known.list;
    underWay ??= read().finally(() => {
      underWay = undefined;
    });
    try {
      return await underWay;
    } catch (fault) {
      if (known && now() - known.at < usableMs) return known.list;
      throw fault;
    }
  };
  return {
    current,
    isBlocked: async (kind, value) => {
      const wanted = digest(value);
      const isBlock = (record: { kind: RevocationKind; digest: string }) =>
        record.kind === kind && record.digest === wanted;
      return (await current()).some(isBlock);
    },
    revoke: async (kind, value) => {
      const revokedAt = Math.floor(now() / 1000);
      await store.putRevocation({ kind, digest: digest(value), revokedAt });
      // The next reader, here at least, sees it at once.
      known = undefined;
    },
  };
};
