import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';
import { isEventStream } from './call-under-way.ts';

/** Answer → `node:http`: JSON in one piece, event streams as they come. */

// A body this small is cheaper to read and forget than the connection is to set up again.
const forgettableBytes = 64 * 1024;
// How much of an unwanted body is thrown away, and for how long, before the connection is cut.
const lingerBytes = 1024 * 1024;
const lingerMs = 2000;
// Where nothing is read, nobody notices that the client has gone: so not for long, and not many.
const maxWaitingUnread = 1000;
const waitUnreadMs = 100;

// RFC 9110 §7.6.1: they speak about this connection, which a handler knows nothing of. The SDK sets
// `connection: keep-alive` on event streams, against clients that asked to close.
const connectionHeaders = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade']);

const headersOf = (response: Response): OutgoingHttpHeaders => {
  const headers: OutgoingHttpHeaders = Object.fromEntries(
    [...response.headers].filter(([name]) => !connectionHeaders.has(name)),
  );
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) headers['set-cookie'] = cookies;
  return headers;
};

/** Whether part of the request body is still to come that nobody is going to read. */
const hasUnwantedBody = (incoming: IncomingMessage): boolean => {
  if (incoming.readableEnded || incoming.complete) return false;
  const { 'content-length': length, 'transfer-encoding': transferEncoding } = incoming.headers;
  return transferEncoding !== undefined || Number(length ?? 0) > forgettableBytes;
};

/** Of this process. */
let waitingUnread = 0;

/** Lets the client close, who can read while it sends. Reads nothing; at most so many at a time. */
const waitUnread = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
  if (waitingUnread >= maxWaitingUnread) {
    outgoing.end();
    return;
  }
  waitingUnread += 1;
  // What has come already goes, or a flood of large bodies would fill a small task's memory.
  incoming.socket.pause();
  incoming.read();
  const timer = setTimeout(() => outgoing.end(), waitUnreadMs);
  // Not of the request: it is not closed once the answer has ended.
  outgoing.once('close', () => {
    clearTimeout(timer);
    waitingUnread -= 1;
  });
};

/** Throws away a bounded rest of the body. */
const readAway = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
  let left = lingerBytes;
  const finish = () => {
    clearTimeout(timer);
    incoming.off('data', onData);
    outgoing.end();
  };
  const onData = (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) finish();
  };
  const timer = setTimeout(finish, lingerMs);
  incoming.on('data', onData).once('end', finish).once('close', finish).resume();
};

/**
 * RFC 9112 §9.6: closing while the client still sends makes the kernel reset the connection, and
 * the client loses the answer. So the answer goes out in full, a bounded rest of the body is thrown
 * away unread, and only then the connection closes. Of a body that says it is longer than that
 * nothing is read, because it would not come to its end anyway: 4 MB without a token cost 2 ms.
 */
const linger = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
  const length = Number(incoming.headers['content-length'] ?? 0);
  if (length > lingerBytes) waitUnread(incoming, outgoing);
  else readAway(incoming, outgoing);
};

/** An answer that is there in one piece. A string goes out together with its head, in one write. */
interface Piece {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string | Buffer;
}

const pieceOf = async (answer: Answer): Promise<Piece> => {
  if (!(answer instanceof Response)) return answer;
  const body = Buffer.from(await answer.arrayBuffer());
  return { status: answer.status, headers: headersOf(answer), body };
};

const sendPiece = (
  { status, headers, body }: Piece,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void => {
  const hasLength = status === 204 || status === 304 || headers['content-length'] !== undefined;
  const isUnwanted = hasUnwantedBody(incoming);
  outgoing.writeHead(status, {
    ...headers,
    ...(!hasLength && { 'content-length': Buffer.byteLength(body) }),
    ...(isUnwanted && { connection: 'close' }),
  });
  if (!isUnwanted) {
    outgoing.end(body);
    return;
  }
  outgoing.write(body);
  linger(incoming, outgoing);
};

/** Resolves when there is room again, or nobody to write to. */
const drained = (outgoing: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const settle = () => {
      outgoing.off('drain', settle).off('close', settle);
      resolve();
    };
    outgoing.on('drain', settle).on('close', settle);
  });

const sendStream = async (
  body: ReadableStream<Uint8Array>,
  response: Response,
  outgoing: ServerResponse,
): Promise<void> => {
  // The first byte must not wait for the first event: proxies count from here.
  outgoing.writeHead(response.status, headersOf(response)).flushHeaders();
  const reader = body.getReader();
  // The reader on the other side of the stream has to learn that nobody listens any more.
  outgoing.once('close', () => void reader.cancel().catch(() => undefined));
  for (;;) {
    const { done, value } = await reader.read();
    if (done || outgoing.destroyed) break;
    if (!outgoing.write(value)) await drained(outgoing);
  }
  outgoing.end();
};

/** Writes an answer. An event stream is passed on as it is produced, with back-pressure. */
export const sendAnswer = async (
  answer: Answer,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> => {
  if (isEventStream(answer) && answer.body) {
    await sendStream(answer.body, answer, outgoing);
    return;
  }
  const piece = await pieceOf(answer);
  if (!outgoing.destroyed) sendPiece(piece, incoming, outgoing);
};
