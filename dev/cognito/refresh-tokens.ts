import { randomBytes, randomUUID } from 'node:crypto';
import type { AuthorizationGrant } from './authorization-codes.ts';
import type { UserPoolClientDefinition } from './user-pool.ts';

/** One sign-in at one client. `originJti` names it in every token that descends from it. */
export interface TokenFamily {
  readonly grant: AuthorizationGrant;
  readonly originJti: string;
  readonly eventId: string;
}

interface RefreshTokenRecord {
  readonly family: TokenFamily;
  readonly expiresAt: number;
  /** When its successor was issued. */
  supersededAt?: number;
}

export interface RefreshTokens {
  startFamily(grant: AuthorizationGrant): TokenFamily;
  issue(family: TokenFamily, client: UserPoolClientDefinition): string;
  /**
   * The family of a usable token. `rotate` makes its successor if the client rotates: the successor
   * keeps the remaining life, the old token works until the grace period is over. No reuse
   * detection: Cognito documents none.
   */
  find(
    token: string,
    client: UserPoolClientDefinition,
  ): { readonly family: TokenFamily; readonly rotate: () => string | undefined } | undefined;
  /** The family a token of this client belongs to, whether or not it is still usable. */
  familyOf(token: string, clientId: string): TokenFamily | undefined;
  revoke(family: TokenFamily): void;
  isRevoked(originJti: string): boolean;
}

// Cognito's refresh tokens are long JWEs; nothing may assume that they are short or have three parts.
const newToken = (): string =>
  [
    '{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}',
    ...[256, 12, 1024, 16].map((n) => randomBytes(n)),
  ]
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

export const createRefreshTokens = (now: () => number): RefreshTokens => {
  const records = new Map<string, RefreshTokenRecord>();
  const revoked = new Set<string>();

  const store = (family: TokenFamily, expiresAt: number): string => {
    const token = newToken();
    records.set(token, { family, expiresAt });
    return token;
  };

  const isUsable = (record: RefreshTokenRecord, client: UserPoolClientDefinition): boolean => {
    const graceMs = (client.refreshTokenRotation?.retryGracePeriodSeconds ?? 0) * 1000;
    const { supersededAt, family, expiresAt } = record;
    const isSuperseded = supersededAt !== undefined && now() >= supersededAt + graceMs;
    return expiresAt > now() && !isSuperseded && !revoked.has(family.originJti);
  };

  return {
    startFamily: (grant) => ({ grant, originJti: randomUUID(), eventId: randomUUID() }),
    issue: (family, client) => store(family, now() + client.refreshTokenValiditySeconds * 1000),
    find: (token, client) => {
      const record = records.get(token);
      if (record?.family.grant.clientId !== client.clientId || !isUsable(record, client))
        return undefined;
      const rotate = () => {
        if (!client.refreshTokenRotation) return undefined;
        record.supersededAt ??= now();
        return store(record.family, record.expiresAt);
      };
      return { family: record.family, rotate };
    },
    familyOf: (token, clientId) => {
      const family = records.get(token)?.family;
      return family?.grant.clientId === clientId ? family : undefined;
    },
    revoke: (family) => {
      revoked.add(family.originJti);
    },
    isRevoked: (originJti) => revoked.has(originJti),
  };
};
