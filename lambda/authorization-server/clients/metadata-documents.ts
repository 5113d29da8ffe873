import {
  isAllowedDocument,
  isClientIdMetadataUrl,
  type MetadataDocumentPolicy,
  parseMetadataDocument,
} from '../../../oauth/client-id-metadata-document.ts';
import type { ClientMetadata } from '../../../oauth/client-metadata.ts';
import type { OAuthRefusal } from '../../../oauth/oauth-error.ts';
import type { RedirectPolicy } from '../../../oauth/redirect-uri.ts';
import { err, ok, type Result } from '../../../oauth/result.ts';
import { boundedLifetime, minimumLifetimeSeconds } from './document-lifetime.ts';
import { type FetchedDocument, invalid, unavailable } from './document-response.ts';
import type { FetchDocument } from './fetch-document.ts';
import type { MetadataDocuments } from './metadata-document.ts';

export const maxCachedDocuments = 500;
/** Outbound requests at one time: a flood of made-up client ids must not use up our sockets. */
export const maxConcurrentFetches = 8;
/** How long past its lifetime a copy still serves when its publisher does not answer. */
const staleSeconds = 86_400;

type Outcome = Result<ClientMetadata, OAuthRefusal>;

interface CachedDocument {
  readonly metadata: ClientMetadata;
  /** Milliseconds since the epoch, like everything that `now` is compared with. */
  readonly freshUntil: number;
  readonly staleUntil: number;
}

export interface MetadataDocumentsOptions {
  readonly policy: MetadataDocumentPolicy;
  readonly redirectPolicy: RedirectPolicy;
  readonly fetchDocument: FetchDocument;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A copy to use while the publisher does not answer, such as `wellKnownDocument`. */
  readonly pinned: (clientId: string) => unknown;
}

/**
 * Finds metadata documents: policy first, then the cache, then one fetch that every concurrent
 * request for the same client shares. When the publisher does not answer, an earlier copy serves
 * for a day, then a pinned one; when it answers and says something else, neither does.
 *
 * Does not limit how often one caller makes us fetch, and forgets everything with the process.
 */
export const createMetadataDocuments = (options: MetadataDocumentsOptions): MetadataDocuments => {
  const { policy, redirectPolicy, fetchDocument, now, pinned } = options;
  const cache = boundedCache();
  const inFlight = new Map<string, Promise<Outcome>>();

  const keep = (clientId: string, metadata: ClientMetadata, seconds: number): void => {
    const freshUntil = now() + seconds * 1000;
    cache.set(clientId, { metadata, freshUntil, staleUntil: freshUntil + staleSeconds * 1000 });
  };

  const accept = (clientId: string, fetched: FetchedDocument): Outcome => {
    const metadata = parseMetadataDocument(clientId, fetched.document, redirectPolicy);
    const fresh = boundedLifetime(fetched.maxAgeSeconds);
    // What was cached is not what the publisher says now, even if it says something unacceptable.
    cache.delete(clientId);
    if (metadata.ok && fresh > 0) keep(clientId, metadata.value, fresh);
    return metadata;
  };

  const fallBack = (clientId: string, refusal: OAuthRefusal): Outcome => {
    // Only silence justifies a copy. A withdrawn or changed document is an answer.
    if (refusal.reason !== 'client_document_unavailable') {
      cache.delete(clientId);
      return err(refusal);
    }
    // A copy serves for a minute at a time: each attempt may cost a user the time limit of a fetch.
    const cached = cache.get(clientId);
    if (cached && now() < cached.staleUntil) {
      const freshUntil = Math.min(now() + minimumLifetimeSeconds * 1000, cached.staleUntil);
      cache.set(clientId, { ...cached, freshUntil });
      return ok(cached.metadata);
    }
    const copy = pinned(clientId);
    if (copy === undefined) return err(refusal);
    const metadata = parseMetadataDocument(clientId, copy, redirectPolicy);
    if (metadata.ok) keep(clientId, metadata.value, minimumLifetimeSeconds);
    return metadata;
  };

  const load = async (clientId: string): Promise<Outcome> => {
    try {
      const fetched = await fetchDocument(clientId);
      return fetched.ok ? accept(clientId, fetched.value) : fallBack(clientId, fetched.error);
    } catch (fault) {
      return fallBack(clientId, unavailable(fault instanceof Error ? fault.name : 'fault'));
    }
  };

  const loadOnce = (clientId: string): Promise<Outcome> | Outcome => {
    const running = inFlight.get(clientId);
    if (running) return running;
    if (inFlight.size >= maxConcurrentFetches)
      return fallBack(clientId, unavailable('too many concurrent fetches'));
    const started = load(clientId).finally(() => inFlight.delete(clientId));
    inFlight.set(clientId, started);
    return started;
  };

  return {
    get: async (clientId) => {
      if (!isClientIdMetadataUrl(clientId)) return err(invalid('client_id form'));
      // Before any name is resolved: a refused host must not even learn that we exist.
      if (!isAllowedDocument(clientId, policy))
        return err({ reason: 'client_not_allowed', evidence: { clientId } });
      const cached = cache.get(clientId);
      return cached && now() < cached.freshUntil ? ok(cached.metadata) : loadOnce(clientId);
    },
  };
};

/** A map that forgets what was used least recently: anybody can publish any number of documents. */
const boundedCache = () => {
  const entries = new Map<string, CachedDocument>();
  return {
    get: (clientId: string): CachedDocument | undefined => {
      const entry = entries.get(clientId);
      if (!entry) return undefined;
      entries.delete(clientId);
      entries.set(clientId, entry);
      return entry;
    },
    set: (clientId: string, entry: CachedDocument): void => {
      entries.delete(clientId);
      entries.set(clientId, entry);
      const [oldest] = entries.keys();
      if (entries.size > maxCachedDocuments && oldest !== undefined) entries.delete(oldest);
    },
    delete: (clientId: string): void => {
      entries.delete(clientId);
    },
  };
};
