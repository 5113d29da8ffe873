import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Answer } from './answer.ts';
import type { IncomingCall } from './incoming-call.ts';
import { callOf } from './node-request.ts';
import { sendAnswer } from './node-response.ts';

/** The only file that opens a socket: `node:http` in front of a function from call to answer. */

export interface ListenOptions {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** Gets what the handler throws, which it should never do. */
  readonly onFault?: (fault: unknown) => void;
  /** For tests, which cannot wait as long. */
  readonly timeouts?: Partial<typeof defaultTimeouts>;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** From here on, every answer asks its client to open a new connection: elsewhere, if it can. */
  announceClose(): void;
  /**
   * Stops accepting, lets requests in flight finish, and closes every connection after `drainMs`
   * at the latest.
   */
  close(drainMs?: number): Promise<void>;
}

const defaultTimeouts = {
  /** A request, body included, has to arrive within this time. */
  requestTimeout: 60_000,
  headersTimeout: 10_000,
  // Longer than the load balancer's idle timeout (60 s), or it meets closed sockets: 502.
  keepAliveTimeout: 65_000,
  // How often the three above are enforced; the default of 30 s makes 10 s mean 40 s.
  connectionsCheckingInterval: 2_000,
  /** How long nothing may move in either direction, once a request is there: clients that do not read. */
  silenceTimeout: 120_000,
};

const clientErrorStatus: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Bytes that are no HTTP request get a status line and nothing else. */
const answerClientErrors = (server: Server): void => {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const status = clientErrorStatus[error.code ?? ''] ?? '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
};

type Handle = (call: IncomingCall) => Promise<Answer>;

const serve = async (
  handle: Handle,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> => {
  const call = callOf(incoming, outgoing);
  if (!call) {
    outgoing.writeHead(400, { connection: 'close', 'content-length': 0 }).end();
    return;
  }
  await sendAnswer(await handle(call), incoming, outgoing);
};

/** Connections on which nothing has been sent yet. Node does not count them as idle. */
const trackUnused = (server: Server): Set<Socket> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
};

const closeServer = async (
  server: Server,
  sockets: ReadonlySet<Socket>,
  drainMs: number,
): Promise<void> => {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Clients open connections ahead of time; one of those would hold the process for all of drainMs.
  for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  // Connections become idle as their last response ends; Node does not look again by itself.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const deadline = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
};

/**
 * Serves a handler over HTTP/1.1. Guarantees that a body the handler did not ask for is never
 * buffered, that a client that goes away aborts the call, and that a handler that throws answers
 * 500 without a word.
 *
 * Does not speak TLS (the load balancer does) and does not interpret Host or any proxy header.
 */
export const listen = async (handle: Handle, options: ListenOptions): Promise<Listener> => {
  let isClosing = false;
  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    if (isClosing) outgoing.shouldKeepAlive = false;
    serve(handle, incoming, outgoing).catch((fault: unknown) => {
      options.onFault?.(fault);
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(500, { connection: 'close', 'content-length': 0 }).end();
    });
  };
  const { silenceTimeout, ...timeouts } = { ...defaultTimeouts, ...options.timeouts };
  const server = createServer(timeouts, onRequest);
  server.setTimeout(silenceTimeout);
  const sockets = trackUnused(server);
  // Without this, Node invites the body (RFC 9110 §10.1.1) before anyone has seen the token.
  server.on('checkContinue', onRequest);
  answerClientErrors(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  return {
    host: options.host,
    port,
    announceClose: () => {
      isClosing = true;
    },
    close: (drainMs = 10_000) => closeServer(server, sockets, drainMs),
  };
};
