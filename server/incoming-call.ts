import type { Rejection } from '../oauth/rejection.ts';
import { err, ok, type Result } from '../oauth/result.ts';
import { readBounded } from './bounded-body.ts';

/** As much of `Headers` as is read here. Names are in lower case. */
export interface HeaderFields {
  /** Repeated fields are joined. */
  readonly get: (name: string) => string | null;
  /** All of them. Repeated fields may come apart. */
  readonly entries: () => Iterable<readonly [name: string, value: string]>;
}

/**
 * One HTTP request as the pipeline takes it. The body stays outside, because an access token is
 * checked before a single byte of it is read.
 */
export interface IncomingCall {
  readonly method: string;
  /** Path and query as they came: `/mcp?a=b` (RFC 9112 §3.2.1, origin-form). */
  readonly target: string;
  readonly headers: HeaderFields;
  /**
   * The call as a `Request` without a body. Costs as much as all the rest of a refusal, so it is made
   * for those who hand it on. Its signal aborts when the client goes away.
   */
  readonly toRequest: () => Request;
  /** Calls back when the client has gone away before it had its answer. */
  readonly onGone: (listener: () => void) => void;
  /** Reads the body, once. Refuses as soon as it is known to be longer than `limitBytes`. */
  readonly readBody: (limitBytes: number) => Promise<Result<Uint8Array, Rejection>>;
  /** Address of the peer of the connection. */
  readonly clientAddress?: string;
  /** `Headers` joins repeated fields, so whoever still sees them apart has to say so. */
  readonly duplicateAuthorization: boolean;
}

/** The refusal that every `readBody` gives. */
export const bodyTooLarge = (limitBytes: number): Rejection => ({
  reason: 'body_too_large',
  evidence: { limitBytes },
});

/** Makes a call of an ordinary `Request`, for tests and for hosts that have no sockets. */
export const incomingCall = (
  original: Request,
  options: { readonly clientAddress?: string } = {},
): IncomingCall => {
  const headers = new Headers(original.headers);
  const { method, url, signal } = original;
  const { host, pathname, search } = new URL(url);
  if (!headers.has('host')) headers.set('host', host);
  return {
    method,
    target: `${pathname}${search}`,
    headers,
    toRequest: () => new Request(url, { method, headers, signal }),
    onGone: (listener) => {
      if (signal.aborted) listener();
      else signal.addEventListener('abort', listener, { once: true });
    },
    readBody: async (limitBytes) => {
      const body = await readBounded(original.body, limitBytes);
      return body ? ok(body) : err(bodyTooLarge(limitBytes));
    },
    clientAddress: options.clientAddress,
    duplicateAuthorization: false,
  };
};
