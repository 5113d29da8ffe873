import { createHash } from 'node:crypto';
import type { Principal } from '../oauth/principal.ts';
import type { Evidence, Rejection } from '../oauth/rejection.ts';
import { err } from '../oauth/result.ts';
import {
  noRevocations,
  type RevocationIndex,
  type RevocationKind,
  revocationOf,
  sizeOfIndex,
} from '../oauth/revocation.ts';
import type { Authenticate } from './authenticate.ts';
import type { RevocationFeedSettings } from './revocation-config.ts';
import { type FetchFeed, RevocationFeedError, readRevocationFeed } from './revocation-feed.ts';

/** What has been revoked, kept up to date in the background, so that no request waits for it. */
export interface Revocations {
  /** Why this access token is no longer good, if it is not. Asks nobody. */
  readonly refusalOf: (principal: Principal) => Rejection | undefined;
  /** Reads the list once and goes on reading it. Never throws: without a list, nothing is revoked. */
  readonly start: () => Promise<void>;
  readonly close: () => void;
}

export type RevocationEvent =
  | 'revocations.unavailable'
  | 'revocations.stale'
  | 'revocations.restored';

export interface RevocationsOptions extends RevocationFeedSettings {
  readonly fetchFeed: FetchFeed;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly onEvent: (name: RevocationEvent, evidence: Evidence) => void;
}

/** One slow answer is no news. */
const failuresBeforeEvent = 3;
/** Verdicts that are remembered until the list changes. */
const rememberedVerdicts = 10_000;

const digestOf = (value: string): string => createHash('sha256').update(value).digest('base64url');

/** Judges principals by the list; each access token once per list. */
const createJudge = () => {
  const verdicts = new Map<string, RevocationKind | undefined>();
  let index: RevocationIndex = noRevocations;
  let isEmpty = true;
  return {
    replace: (next: RevocationIndex): void => {
      index = next;
      isEmpty = sizeOfIndex(next) === 0;
      verdicts.clear();
    },
    verdictOn: (principal: Principal): RevocationKind | undefined => {
      if (isEmpty) return undefined;
      // A token id is unique at its issuer only.
      const key = `${principal.issuer} ${principal.tokenId}`;
      if (verdicts.has(key)) return verdicts.get(key);
      const verdict = revocationOf(principal, index, digestOf);
      if (verdicts.size >= rememberedVerdicts) verdicts.clear();
      verdicts.set(key, verdict);
      return verdict;
    },
  };
};

const rejectionOf = (kind: RevocationKind, { subject, clientId }: Principal): Rejection => ({
  reason: 'revoked',
  evidence: { revoked: kind, subject, client: clientId },
});

/** When what has to be said about a feed that fails. */
const createFeedHealth = ({ now, maxAgeSeconds, onEvent }: RevocationsOptions) => {
  let readAt = now();
  let staleAt = 0;
  let failures = 0;
  const ageSeconds = (): number => Math.round((now() - readAt) / 1000);
  return {
    worked: (): void => {
      if (failures >= failuresBeforeEvent)
        onEvent('revocations.restored', { ageSeconds: ageSeconds() });
      failures = 0;
      readAt = now();
      staleAt = 0;
    },
    failed: (cause: string): void => {
      failures += 1;
      const evidence = { cause, ageSeconds: ageSeconds() };
      if (failures === failuresBeforeEvent) onEvent('revocations.unavailable', evidence);
      // Again and again: somebody has to act, and an alarm looks at the last minutes only.
      const maxAgeMs = maxAgeSeconds * 1000;
      if (now() - readAt < maxAgeMs || now() - staleAt < maxAgeMs) return;
      staleAt = now();
      onEvent('revocations.stale', evidence);
    },
  };
};

/**
 * Polls the feed. Guarantees that a request never waits for it and that a failing feed changes
 * nothing about what is known: the last list goes on holding, and its age is on the record.
 *
 * Does not end what is under way: open streams ask again, see {@link file://./stream-lifetime.ts}.
 */
export const createRevocations = (options: RevocationsOptions): Revocations => {
  const judge = createJudge();
  const health = createFeedHealth(options);
  let etag: string | undefined;
  let isTruncated = false;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const read = async (): Promise<void> => {
    try {
      const feed = await readRevocationFeed(options, options.fetchFeed, etag);
      if (feed) {
        etag = feed.etag;
        isTruncated = feed.isTruncated;
        judge.replace(feed.index);
      }
      // What is on a list that is too long holds; that something is missing has to be told.
      if (isTruncated) health.failed('truncated');
      else health.worked();
    } catch (error) {
      health.failed(error instanceof RevocationFeedError ? error.detail : 'unexpected');
    }
  };
  const schedule = (): void => {
    if (isClosed) return;
    // Not all tasks at the same moment.
    const delay = options.pollSeconds * 1000 * (0.9 + Math.random() * 0.2);
    timer = setTimeout(() => void read().finally(schedule), delay);
    timer.unref();
  };

  return {
    refusalOf: (principal) => {
      const kind = judge.verdictOn(principal);
      return kind && rejectionOf(kind, principal);
    },
    start: async () => {
      await read();
      schedule();
    },
    close: () => {
      isClosed = true;
      clearTimeout(timer);
    },
  };
};

/** ④ with one more question: is the access token that was good when it was issued still good? */
export const unlessRevoked =
  (authenticate: Authenticate, { refusalOf }: Pick<Revocations, 'refusalOf'>): Authenticate =>
  async (call, query) => {
    const principal = await authenticate(call, query);
    const refusal = principal.ok ? refusalOf(principal.value) : undefined;
    return refusal ? err(refusal) : principal;
  };
