import { isBlock, revocationLifetimeSeconds } from '../../../oauth/revocation.ts';
import type {
  AuthorizationCodeRecord,
  GrantRecord,
  GrantStore,
  RevocationRecord,
} from './grant-store.ts';

/** How many records of a kind are kept; the oldest go first. Local mode only, so a bound is enough. */
const capacity = 10_000;

const evictOldest = <K, V>(map: Map<K, V>): void => {
  for (const key of map.keys()) {
    if (map.size <= capacity) return;
    map.delete(key);
  }
};

const memoryRevocations = (): Pick<
  GrantStore,
  'putRevocation' | 'deleteRevocation' | 'revocations'
> => {
  const records = new Map<string, RevocationRecord>();
  return {
    putRevocation: async (record) => {
      records.set(`${record.kind} ${record.digest}`, record);
      evictOldest(records);
    },
    deleteRevocation: async (kind, digest) => records.delete(`${kind} ${digest}`),
    revocations: async (now) =>
      [...records.values()].filter(
        ({ kind, revokedAt }) => isBlock(kind) || revokedAt > now - revocationLifetimeSeconds,
      ),
  };
};

/**
 * The grant store of local mode and of tests: same contract as the DynamoDB store, kept in memory,
 * gone with the process. Not for more than one process.
 */
export const memoryGrantStore = (): GrantStore => {
  const codes = new Map<string, { record: AuthorizationCodeRecord; isConsumed: boolean }>();
  const grants = new Map<string, GrantRecord>();
  const revocations = memoryRevocations();
  const live = (grant: GrantRecord | undefined, now: number) =>
    grant && grant.expiresAt > now ? grant : undefined;
  return {
    putCode: async (record) => {
      if (codes.has(record.codeHash)) throw new Error('the code exists already');
      codes.set(record.codeHash, { record, isConsumed: false });
      evictOldest(codes);
    },
    consumeCode: async (codeHash, now) => {
      const entry = codes.get(codeHash);
      if (!entry || entry.record.purgeAt <= now) return { outcome: 'unknown' };
      if (entry.isConsumed) return { outcome: 'replayed', record: entry.record };
      entry.isConsumed = true;
      return { outcome: 'consumed', record: entry.record };
    },
    putGrant: async (grant) => {
      if (grants.has(grant.grantId)) throw new Error('the grant exists already');
      grants.set(grant.grantId, grant);
      evictOldest(grants);
    },
    getGrant: async (grantId, now) => live(grants.get(grantId), now),
    replaceGrant: async (grant, expectedGeneration) => {
      if (grants.get(grant.grantId)?.generation !== expectedGeneration) return false;
      grants.set(grant.grantId, grant);
      return true;
    },
    deleteGrant: async (grantId) => grants.delete(grantId),
    grantsOf: async (subject, now) =>
      [...grants.values()]
        .filter((grant) => grant.subject === subject && live(grant, now))
        .sort((a, b) => a.createdAt - b.createdAt)
        .slice(0, 100),
    deleteGrantsOf: async (subject) =>
      [...grants.values()]
        .filter((grant) => grant.subject === subject && grants.delete(grant.grantId))
        .map((grant) => grant.grantId),
    signInsOfClient: async (isClient) =>
      [...grants.values()]
        .filter(({ clientId }) => isClient(clientId))
        .flatMap(({ originTokenId }) => originTokenId ?? []),
    ...revocations,
  };
};
