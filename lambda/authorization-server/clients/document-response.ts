import type { IncomingMessage } from 'node:http';
import type { OAuthRefusal } from '../../../oauth/oauth-error.ts';
import { err, ok, type Result } from '../../../oauth/result.ts';
import { documentLifetime } from './document-lifetime.ts';

/**
 * What counts as a metadata document. Two refusals: `client_document_unavailable` when there was no
 * answer, or one that speaks of us rather than of the document (blocked, overloaded);
 * `client_document_invalid` when there was an answer and it is not an acceptable document.
 */

/** The draft suggests 5 KB; documents with inline keys or logos are larger, none is near this. */
export const maxDocumentBytes = 65_536;

export interface FetchedDocument {
  readonly document: unknown;
  /** Seconds it may be kept, by its HTTP headers; 0 for `no-store`. */
  readonly maxAgeSeconds: number;
}

type Evidence = NonNullable<OAuthRefusal['evidence']>;

export const unavailable = (cause: string, evidence: Evidence = {}): OAuthRefusal => ({
  reason: 'client_document_unavailable',
  evidence: { cause, ...evidence },
});

export const invalid = (cause: string, evidence: Evidence = {}): OAuthRefusal => ({
  reason: 'client_document_invalid',
  evidence: { cause, ...evidence },
});

/** 403 and its like speak of the caller (a bot challenge, a limit), not of the document. */
const speaksOfCaller = (status: number): boolean =>
  status >= 500 || [401, 403, 407, 408, 425, 429, 451].includes(status);

const refusalOfHead = ({ statusCode: status = 0, headers }: IncomingMessage) => {
  // Every redirect too: its target would be one more URL that a stranger chose.
  if (status !== 200) return (speaksOfCaller(status) ? unavailable : invalid)('status', { status });
  const mediaType = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!/^application\/(?:[a-z0-9.-]+\+)?json$/.test(mediaType))
    return invalid('content type', { mediaType });
  // Never unpacked: 64 KiB of gzip is 64 MiB of JSON.
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity')
    return invalid('content encoding');
  if (Number(headers['content-length'] ?? 0) > maxDocumentBytes) return invalid('too large');
  return undefined;
};

const readBody = async (
  response: IncomingMessage,
): Promise<Result<FetchedDocument, OAuthRefusal>> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxDocumentBytes) return err(invalid('too large'));
    chunks.push(chunk);
  }
  const maxAgeSeconds = documentLifetime(response.headers);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
    return ok({ document: JSON.parse(text) as unknown, maxAgeSeconds });
  } catch {
    return err(invalid('not JSON'));
  }
};

/**
 * Reads an answer: status 200, JSON by its media type and by its content, not compressed, at most
 * 64 KiB by declaration and by count. Ends the connection either way.
 *
 * Does not limit how long reading takes: the caller's abort signal does.
 */
export const readDocumentResponse = async (
  response: IncomingMessage,
): Promise<Result<FetchedDocument, OAuthRefusal>> => {
  const refusal = refusalOfHead(response);
  const result = refusal ? err(refusal) : await readBody(response);
  response.destroy();
  return result;
};
