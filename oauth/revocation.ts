import type { Principal } from './principal.ts';
import { err, ok, type Result } from './result.ts';

/**
 * What has been taken back before it expires, and whether an access token is among it. The list
 * holds digests and times, so that a token is judged without asking anybody. Pure: hashing and the
 * list are passed in.
 *
 * `sign-in` and `subject` end the access tokens issued up to `revokedAt`; who signs in again gets
 * new ones. `client` and `tenant` are blocks: they hold until they are lifted, for new tokens too.
 */
export type RevocationKind = 'sign-in' | 'subject' | 'client' | 'tenant';

export interface Revocation {
  readonly kind: RevocationKind;
  /** SHA-256 of `origin_jti`, `sub`, client id or tenant, base64url. */
  readonly digest: string;
  /** Seconds since the epoch. */
  readonly revokedAt: number;
}

export const revocationKinds: readonly RevocationKind[] = [
  'sign-in',
  'subject',
  'client',
  'tenant',
];

export const isBlock = (kind: RevocationKind): boolean => kind === 'client' || kind === 'tenant';

/** The longest life of an access token in seconds, Cognito's limit: after that, nothing is left to end. */
export const revocationLifetimeSeconds = 86_400;

/** More than that do not fit into a feed; the oldest are left out, and the feed says so. */
export const maxRevocations = 10_000;

/**
 * What the feed's key is derived with (HMAC-SHA-256) from the key that server and broker share for the
 * hashes in the log: two uses, two keys, one secret.
 */
export const revocationFeedLabel = 'revocation-feed';

/** The feed as it travels. */
export interface RevocationFeed {
  readonly revocations: readonly (readonly [RevocationKind, string, number])[];
  /** There are more than fit. */
  readonly truncated: boolean;
}

export const revocationFeed = (revocations: readonly Revocation[]): RevocationFeed => {
  const newest = revocations.toSorted((one, other) => other.revokedAt - one.revokedAt);
  return {
    revocations: newest
      .slice(0, maxRevocations)
      .map(({ kind, digest, revokedAt }) => [kind, digest, revokedAt] as const),
    truncated: newest.length > maxRevocations,
  };
};

/** Digest → when it was revoked, per kind. */
export type RevocationIndex = Readonly<Record<RevocationKind, ReadonlyMap<string, number>>>;

export const noRevocations: RevocationIndex = {
  'sign-in': new Map(),
  subject: new Map(),
  client: new Map(),
  tenant: new Map(),
};

export const sizeOfIndex = (index: RevocationIndex): number =>
  revocationKinds.reduce((sum, kind) => sum + index[kind].size, 0);

const isEntry = (value: unknown): value is RevocationFeed['revocations'][number] => {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [kind, digest, revokedAt] = value;
  return (
    revocationKinds.includes(kind) &&
    typeof digest === 'string' &&
    /^[\w-]{43}$/.test(digest) &&
    Number.isSafeInteger(revokedAt)
  );
};

/** All of it or nothing: half a list would let somebody in. */
export const parseRevocationFeed = (
  value: unknown,
): Result<{ readonly index: RevocationIndex; readonly isTruncated: boolean }, 'feed_malformed'> => {
  const { revocations, truncated } = (value ?? {}) as Partial<Record<string, unknown>>;
  const isFeed =
    Array.isArray(revocations) &&
    revocations.length <= maxRevocations &&
    revocations.every(isEntry) &&
    typeof truncated === 'boolean';
  if (!isFeed) return err('feed_malformed');
  const index = {
    'sign-in': new Map<string, number>(),
    subject: new Map<string, number>(),
    client: new Map<string, number>(),
    tenant: new Map<string, number>(),
  };
  for (const [kind, digest, revokedAt] of revocations as RevocationFeed['revocations']) {
    const known = index[kind].get(digest) ?? 0;
    index[kind].set(digest, Math.max(known, revokedAt));
  }
  return ok({ index, isTruncated: truncated });
};

type Bearer = Pick<Principal, 'subject' | 'originTokenId' | 'clientId' | 'tenant' | 'issuedAt'>;

const identifierOf = (bearer: Bearer, kind: RevocationKind): string | undefined => {
  switch (kind) {
    case 'sign-in':
      return bearer.originTokenId;
    case 'subject':
      return bearer.subject;
    case 'client':
      return bearer.clientId;
    case 'tenant':
      return bearer.tenant;
  }
};

/**
 * Clocks of issuer and broker differ a little. Nothing good comes of an ended sign-in within a minute;
 * a user who was signed out may be back in seconds.
 */
const toleranceSeconds = (kind: RevocationKind): number => (kind === 'sign-in' ? 60 : 0);

/**
 * Why this bearer's access token is no longer good, if it is not. A token issued in the second of
 * the revocation is ended by it.
 */
export const revocationOf = (
  bearer: Bearer,
  index: RevocationIndex,
  digestOf: (value: string) => string,
): RevocationKind | undefined =>
  revocationKinds.find((kind) => {
    const identifier = identifierOf(bearer, kind);
    if (identifier === undefined || index[kind].size === 0) return false;
    const revokedAt = index[kind].get(digestOf(identifier));
    return (
      revokedAt !== undefined &&
      (isBlock(kind) || bearer.issuedAt <= revokedAt + toleranceSeconds(kind))
    );
  });
