import { createHmac } from 'node:crypto';
import { revocationFeedLabel } from '../oauth/revocation.ts';
import type { EnvironmentReader } from './environment-reader.ts';
import { insecureUrl } from './issuer-settings.ts';

/** Where the list of revocations is read, and how often. */
export interface RevocationFeedSettings {
  readonly url: string;
  /** Shown to the authorization server. A secret. */
  readonly key: string;
  readonly pollSeconds: number;
  /** A list older than this is an alarm. */
  readonly maxAgeSeconds: number;
}

const derivedKey = (reader: EnvironmentReader): string | undefined => {
  const secret = reader.optional('LOG_PSEUDONYM_KEY');
  return secret && createHmac('sha256', secret).update(revocationFeedLabel).digest('base64url');
};

/** REVOCATION_FEED and its neighbours. Absent: access tokens live until they expire. */
export const readRevocationSettings = (
  reader: EnvironmentReader,
): RevocationFeedSettings | undefined => {
  const pollSeconds = reader.integer('REVOCATION_POLL_SECONDS', 5, [1, 300]);
  const maxAgeSeconds = reader.integer('REVOCATION_MAX_AGE_SECONDS', 300, [10, 86_400]);
  const url = reader.optional('REVOCATION_FEED');
  const key = reader.optional('REVOCATION_FEED_KEY') ?? derivedKey(reader);
  if (url === undefined) return undefined;
  if (key === undefined)
    return reader.problem('REVOCATION_FEED_KEY', 'or LOG_PSEUDONYM_KEY must be set', undefined);
  const problem = insecureUrl(url);
  if (problem) return reader.problem('REVOCATION_FEED', problem, undefined);
  // A key that somebody could guess would show who is under suspicion.
  if (!/^[!-~]{32,256}$/.test(key))
    return reader.problem('REVOCATION_FEED_KEY', 'must be 32 to 256 visible characters', undefined);
  return Object.freeze({ url, key, pollSeconds, maxAgeSeconds });
};
