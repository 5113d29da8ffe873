import { type ClientMetadata, parseClientMetadata } from './client-metadata.ts';
import type { OAuthRefusal } from './oauth-error.ts';
import type { RedirectPolicy } from './redirect-uri.ts';
import { err, ok, type Result } from './result.ts';

/** OAuth Client ID Metadata Document: a `client_id` that is the URL of its own metadata. */

/**
 * Whether a `client_id` has the form of a metadata document URL: https on the default port, a path
 * without dot segments, no query, fragment or user information, spelled canonically. Everything
 * else is looked up as another kind of client.
 *
 * Does not fetch, and does not check where the host name leads.
 */
export const isClientIdMetadataUrl = (clientId: string): boolean => {
  if (!clientId.startsWith('https://') || clientId.length > 512 || !URL.canParse(clientId))
    return false;
  const url = new URL(clientId);
  return (
    url.href === clientId &&
    url.pathname !== '/' &&
    // An empty query or fragment leaves `search` and `hash` empty and is still one more spelling.
    !/[?#]/.test(clientId) &&
    !url.username &&
    !url.password &&
    url.port === ''
  );
};

/** Which documents may be used: any, or those on listed hosts or at listed URLs. */
export interface MetadataDocumentPolicy {
  /** Exact `client_id` URLs, or host names. Absent: every https host. */
  readonly allow?: readonly string[];
}

export const isAllowedDocument = (clientId: string, policy: MetadataDocumentPolicy): boolean =>
  policy.allow === undefined ||
  policy.allow.includes(clientId) ||
  policy.allow.includes(new URL(clientId).hostname);

const memberProblem = (
  clientId: string,
  document: { client_id?: unknown; client_name?: unknown; client_secret?: unknown },
): string | undefined => {
  if (document.client_id !== clientId) return 'client_id differs';
  if (typeof document.client_name !== 'string' || document.client_name === '')
    return 'client_name missing';
  return document.client_secret === undefined ? undefined : 'client_secret published';
};

/**
 * Reads a fetched document. Its `client_id` must equal the URL it came from, character for
 * character, or anybody could publish a document for somebody else's client. It must have a name,
 * as MCP 2026-07-28 asks. Public clients only: a shared secret in a public document would be no
 * secret, and a document that contains one was published by mistake.
 *
 * Does not verify that the name belongs to whoever publishes the document.
 */
export const parseMetadataDocument = (
  clientId: string,
  document: unknown,
  redirectPolicy: RedirectPolicy,
): Result<ClientMetadata, OAuthRefusal> => {
  const cause = memberProblem(clientId, document ?? {});
  if (cause) return err({ reason: 'client_document_invalid', evidence: { cause } });
  const metadata = parseClientMetadata(document, {
    redirectPolicy,
    authMethods: ['none'],
    defaultAuthMethod: 'none',
  });
  if (!metadata.ok)
    return err({ reason: 'client_document_invalid', evidence: { cause: metadata.error.reason } });
  return ok(metadata.value);
};
