import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Rejection } from '../oauth/rejection.ts';
import { err, ok, type Result } from '../oauth/result.ts';
import { bodyTooLarge, type IncomingCall } from './incoming-call.ts';

/** `node:http` request → {@link IncomingCall}, without touching the body. */

/**
 * Every value of a field, in order. `incoming.headers` will not do: of several Host or Authorization
 * fields it keeps one and forgets the rest, and which one counts must not depend on who reads.
 */
const valuesOf = (rawHeaders: readonly string[], name: string): string[] => {
  const values: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const field = rawHeaders[index] as string;
    // The length first: it settles nearly every comparison, and this runs a dozen times a request.
    if (field.length === name.length && field.toLowerCase() === name)
      values.push(rawHeaders[index + 1] as string);
  }
  return values;
};

const entriesOf = (rawHeaders: readonly string[]): (readonly [string, string])[] => {
  const entries: (readonly [string, string])[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    entries.push([(rawHeaders[index] as string).toLowerCase(), rawHeaders[index + 1] as string]);
  return entries;
};

const headersOf = (rawHeaders: readonly string[]): Headers => {
  const headers = new Headers();
  for (const [name, value] of entriesOf(rawHeaders)) headers.append(name, value);
  return headers;
};

/** Guarantees that not more than `limitBytes` are ever held, whatever Content-Length says. */
const readBody = (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  limitBytes: number,
): Promise<Result<Uint8Array, Rejection>> => {
  if (Number(incoming.headers['content-length'] ?? 0) > limitBytes)
    return Promise.resolve(err(bodyTooLarge(limitBytes)));
  // Not before now: whoever waits for an invitation keeps a refused body to himself.
  if (incoming.headers.expect?.toLowerCase() === '100-continue') outgoing.writeContinue();
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (result: Result<Uint8Array, Rejection>) => {
      incoming.off('data', onData).off('end', onEnd).off('close', onGone).pause();
      resolve(result);
    };
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      if (length > limitBytes) settle(err(bodyTooLarge(limitBytes)));
      else chunks.push(chunk);
    };
    const onEnd = () =>
      settle(ok(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    const onGone = () => settle(err({ reason: 'body_malformed', evidence: { cause: 'aborted' } }));
    incoming.on('data', onData).on('end', onEnd).on('close', onGone);
  });
};

/** When the connection goes away before the response is complete: that is how clients cancel. */
const whenGone = (outgoing: ServerResponse, listener: () => void): void => {
  const onClose = () => {
    if (!outgoing.writableFinished) listener();
  };
  if (outgoing.closed) onClose();
  else outgoing.once('close', onClose);
};

const signalOf = (outgoing: ServerResponse): AbortSignal => {
  const controller = new AbortController();
  whenGone(outgoing, () => controller.abort());
  return controller.signal;
};

// Fetch §2.2.1: no `Request` has them, and nobody legitimate sends them to an API.
const forbiddenMethods = new Set(['CONNECT', 'TRACE', 'TRACK']);

/** Undefined when the request line cannot be put into a `Request`. */
export const callOf = (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): IncomingCall | undefined => {
  const { method = '', url: target, rawHeaders } = incoming;
  // Only origin-form (RFC 9112 §3.2.1): nobody legitimate uses us as a proxy.
  if (!target?.startsWith('/') || forbiddenMethods.has(method)) return undefined;
  return {
    method,
    target,
    headers: {
      get: (name) => {
        const values = valuesOf(rawHeaders, name);
        return values.length === 0 ? null : values.join(', ');
      },
      entries: () => entriesOf(rawHeaders),
    },
    toRequest: () =>
      new Request(`http://localhost${target}`, {
        method,
        headers: headersOf(rawHeaders),
        signal: signalOf(outgoing),
      }),
    onGone: (listener) => whenGone(outgoing, listener),
    readBody: (limitBytes) => readBody(incoming, outgoing, limitBytes),
    clientAddress: incoming.socket.remoteAddress,
    duplicateAuthorization: valuesOf(rawHeaders, 'authorization').length > 1,
  };
};
