import type { OAuthRefusal } from '../../../oauth/oauth-error.ts';
import { revocationFeed as feedOf } from '../../../oauth/revocation.ts';
import { digest, isSameSecret } from '../digest.ts';
import type { Endpoint } from '../exchange.ts';
import { json, oauthError } from '../respond.ts';

/**
 * For the resource server: what has been revoked, so that it can refuse an access token within
 * seconds and without a database. Digests and times only; for whoever holds the feed's key.
 *
 * Leaves no event when it is read, which is every few seconds.
 */
export const revocationFeed: Endpoint = async (exchange) => {
  const { request, settings, revocations } = exchange;
  const { revocationFeedKey } = settings;
  const [, presented] = /^Bearer ([!-~]+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  if (
    revocationFeedKey === undefined ||
    presented === undefined ||
    !isSameSecret(presented, revocationFeedKey)
  ) {
    const refusal: OAuthRefusal = { reason: 'feed_key_refused' };
    exchange.record('request.rejected', { ...refusal, severity: 3, status: 401 });
    return oauthError(refusal);
  }
  const feed = feedOf(await revocations.current());
  const etag = `"${digest(JSON.stringify(feed)).slice(0, 22)}"`;
  const isKnown = request.headers.get('if-none-match') === etag;
  // RFC 9110 §15.4.5: nothing but the headers that a 200 would have had.
  return isKnown
    ? new Response(null, { status: 304, headers: { ETag: etag, 'Cache-Control': 'no-store' } })
    : json(200, feed, { ETag: etag });
};
