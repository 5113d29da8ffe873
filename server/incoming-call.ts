import type { Rejection } from '../oauth/rejection.ts';
import { err, ok, type Result } from '../oauth/result.ts';

/**
 * One HTTP request as the pipeline takes it. The body stays outside, because an access token is
 * checked before a single byte of it is read.
 */
export interface IncomingCall {
  /** Method, URL and headers. Never has a body. */
  readonly request: Request;
  /** Reads the body, once. Refuses as soon as it is known to be longer than `limitBytes`. */
  readonly readBody: (limitBytes: number) => Promise<Result<Uint8Array, Rejection>>;
  /** Address of the peer of the connection. */
  readonly clientAddress?: string;
  /** `Headers` joins repeated fields, so whoever still sees them apart has to say so. */
  readonly duplicateAuthorization: boolean;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
}

/** The refusal that every `readBody` gives. */
export const bodyTooLarge = (limitBytes: number): Rejection => ({
  reason: 'body_too_large',
  evidence: { limitBytes },
});

const readBounded = async (
  body: ReadableStream<Uint8Array> | null,
  limitBytes: number,
): Promise<Result<Uint8Array, Rejection>> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    if (length > limitBytes) return err(bodyTooLarge(limitBytes));
    chunks.push(chunk);
  }
  return ok(Buffer.concat(chunks));
};

/** Makes a call of an ordinary `Request`, for tests and for hosts that have no sockets. */
export const incomingCall = (
  original: Request,
  options: { readonly clientAddress?: string } = {},
): IncomingCall => {
  const headers = new Headers(original.headers);
  if (!headers.has('host')) headers.set('host', new URL(original.url).host);
  return {
    request: new Request(original.url, {
      method: original.method,
      headers,
      signal: original.signal,
    }),
    readBody: (limitBytes) => readBounded(original.body, limitBytes),
    clientAddress: options.clientAddress,
    duplicateAuthorization: false,
    signal: original.signal,
  };
};
