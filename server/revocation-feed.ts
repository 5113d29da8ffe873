import { parseRevocationFeed, type RevocationIndex } from '../oauth/revocation.ts';
import { readBounded } from './bounded-body.ts';
import type { RevocationFeedSettings } from './revocation-config.ts';

/** One look at the authorization server's list of revocations: 2 s, 1 MB, no redirect. */

/** `fetch`, or what a test or the local mode puts in its place. */
export type FetchFeed = (url: string, init: RequestInit) => Promise<Response>;

/** Why there is no list. The code goes to the log. */
export class RevocationFeedError extends Error {
  static readonly code = 'ERR_REVOCATION_FEED';
  readonly detail: string;

  constructor(detail: string) {
    super(`the list of revocations could not be read: ${detail}`);
    this.name = 'RevocationFeedError';
    this.detail = detail;
  }
}

export interface ReadFeed {
  readonly index: RevocationIndex;
  /** There are more revocations than a list takes; the oldest are missing. */
  readonly isTruncated: boolean;
  readonly etag: string | undefined;
}

const timeoutMs = 2000;
const maxBytes = 1024 * 1024;

const textOf = async (response: Response): Promise<string> => {
  const body = await readBounded(response.body, maxBytes);
  if (!body) throw new RevocationFeedError('too_large');
  return body.toString();
};

const listOf = (text: string) => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RevocationFeedError('feed_malformed');
  }
  const feed = parseRevocationFeed(value);
  if (!feed.ok) throw new RevocationFeedError(feed.error);
  return feed.value;
};

/**
 * The list, or nothing when it is still the one with this tag.
 *
 * @throws RevocationFeedError and nothing else
 */
export const readRevocationFeed = async (
  { url, key }: RevocationFeedSettings,
  fetchFeed: FetchFeed,
  etag: string | undefined,
): Promise<ReadFeed | undefined> => {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetchFeed(url, {
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${key}`,
        ...(etag !== undefined && { 'if-none-match': etag }),
      },
      // The key must not be sent to wherever a redirect points.
      redirect: 'error',
      signal,
    });
    if (response.status === 304 && etag !== undefined) return undefined;
    if (response.status !== 200) throw new RevocationFeedError(`status_${response.status}`);
    const list = listOf(await textOf(response));
    return { ...list, etag: response.headers.get('etag') ?? undefined };
  } catch (error) {
    if (error instanceof RevocationFeedError) throw error;
    throw new RevocationFeedError(signal.aborted ? 'timeout' : 'unreachable');
  }
};
