import type { RevocationKind } from '../../../oauth/revocation.ts';

/**
 * What the broker keeps, and nothing else: authorization codes, grants and revocations. Nothing is written before
 * a user has signed in. Secrets are stored as SHA-256 digests or sealed (JWE); a reader of the table
 * learns who connected which client, never a token.
 *
 * Times are seconds since the epoch. A store must not trust its own expiry: DynamoDB's TTL deletes
 * days late, so an expired record is treated as absent by every method that is told the time.
 * Refusals are values; a store that cannot be reached or read throws.
 */

/** RFC 6749 §4.1.2. Lives 60 seconds, then stays until `purgeAt` so that a replay is recognised. */
export interface AuthorizationCodeRecord {
  /** SHA-256 of the code, base64url. */
  readonly codeHash: string;
  readonly grantId: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly subject: string;
  readonly username?: string;
  readonly tenant?: string;
  readonly scopes: readonly string[];
  readonly originTokenId?: string;
  /** Of the login, so that its last event carries the same id as its first. */
  readonly correlationId?: string;
  /** Sealed upstream tokens. */
  readonly sealedTokens: string;
  readonly expiresAt: number;
  readonly purgeAt: number;
}

/** One per sign-in and client. */
export interface GrantRecord {
  readonly grantId: string;
  readonly subject: string;
  readonly username?: string;
  readonly tenant?: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly redirectHost: string;
  readonly scopes: readonly string[];
  /** Cognito's `origin_jti`: joins the calls in the security log to the client the user approved. */
  readonly originTokenId?: string;
  readonly sealedUpstreamRefreshToken: string;
  /** SHA-256 of the refresh handle that is valid now, base64url. */
  readonly handleHash: string;
  /** The valid handle itself, sealed: handed out again within the grace step. */
  readonly sealedHandle: string;
  readonly previousHandleHash?: string;
  readonly rotatedAt: number;
  /** Incremented by every change; the condition of every update. */
  readonly generation: number;
  readonly createdAt: number;
  /** Sliding. */
  readonly expiresAt: number;
}

/** Something that ends access tokens before they expire. Holds a digest, never what was revoked. */
export interface RevocationRecord {
  readonly kind: RevocationKind;
  /** SHA-256 of `origin_jti`, `sub`, client id or tenant, base64url. */
  readonly digest: string;
  readonly revokedAt: number;
}

export type CodeConsumption =
  | { readonly outcome: 'consumed'; readonly record: AuthorizationCodeRecord }
  | { readonly outcome: 'replayed'; readonly record: AuthorizationCodeRecord }
  | { readonly outcome: 'unknown' };

export interface GrantStore {
  /** Stores a new code. Fails if the hash exists: a used code must not become usable again. */
  putCode(record: AuthorizationCodeRecord): Promise<void>;
  /**
   * Uses a code up, atomically: of any number of concurrent calls exactly one is `consumed`.
   * Does not look at `expiresAt` (the caller does), only at `purgeAt`.
   */
  consumeCode(codeHash: string, now: number): Promise<CodeConsumption>;
  /** Creates a grant. Fails if the id exists. */
  putGrant(grant: GrantRecord): Promise<void>;
  getGrant(grantId: string, now: number): Promise<GrantRecord | undefined>;
  /** Replaces a grant if it still has `expectedGeneration`; false if it changed or is gone. */
  replaceGrant(grant: GrantRecord, expectedGeneration: number): Promise<boolean>;
  /** Deletes a grant; false if there was none. Idempotent. */
  deleteGrant(grantId: string): Promise<boolean>;
  /**
   * The unexpired grants of one user, oldest first, at most 100. May miss a grant that was made
   * within the last second.
   */
  grantsOf(subject: string, now: number): Promise<readonly GrantRecord[]>;
  /**
   * Deletes every grant of one user, expired and unreadable ones too, and names those it deleted.
   * Idempotent. May miss a grant that was made within the last second: end the sign-in as well.
   */
  deleteGrantsOf(subject: string): Promise<readonly string[]>;
  /**
   * The grants of one client, also expired ones: for an operator, since it reads the whole table.
   * Names only what ending their access takes.
   */
  signInsOfClient(isClient: (clientId: string) => boolean): Promise<readonly string[]>;
  /** Adds a revocation, or moves the one that is there to the new time. Idempotent. */
  putRevocation(revocation: RevocationRecord): Promise<void>;
  /** Lifts a block; false if there was none. */
  deleteRevocation(kind: RevocationKind, digest: string): Promise<boolean>;
  /**
   * What is revoked at `now`: every block, and what was revoked within the longest life of an
   * access token. May miss one that was made within the last second.
   */
  revocations(now: number): Promise<readonly RevocationRecord[]>;
}
