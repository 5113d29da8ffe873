import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Rejection } from '../oauth/rejection.ts';
import { err, ok, type Result } from '../oauth/result.ts';
import { bodyTooLarge, type IncomingCall } from './incoming-call.ts';

/** `node:http` request → {@link IncomingCall}, without touching the body. */

const headersOf = ({ rawHeaders }: IncomingMessage): Headers => {
  const headers = new Headers();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    headers.append(rawHeaders[index] as string, rawHeaders[index + 1] as string);
  return headers;
};

/** Node keeps the first of several Authorization fields and forgets the rest; the raw list has all. */
const countOf = ({ rawHeaders }: IncomingMessage, name: string): number =>
  rawHeaders.filter((field, index) => index % 2 === 0 && field.toLowerCase() === name).length;

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

/** Aborts when the connection goes away before the response is complete: that is how clients cancel. */
const signalOf = (outgoing: ServerResponse): AbortSignal => {
  const controller = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) controller.abort();
  });
  return controller.signal;
};

/** Undefined when the request line or a header cannot be put into a `Request`. */
export const callOf = (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): IncomingCall | undefined => {
  const { method, url } = incoming;
  // Only origin-form (RFC 9112 §3.2.1): nobody legitimate uses us as a proxy.
  if (!url?.startsWith('/')) return undefined;
  const signal = signalOf(outgoing);
  try {
    return {
      request: new Request(`http://localhost${url}`, {
        method,
        headers: headersOf(incoming),
        signal,
      }),
      readBody: (limitBytes) => readBody(incoming, outgoing, limitBytes),
      clientAddress: incoming.socket.remoteAddress,
      duplicateAuthorization: countOf(incoming, 'authorization') > 1,
      signal,
    };
  } catch {
    return undefined;
  }
};
