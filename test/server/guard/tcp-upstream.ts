import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

/** An upstream down to its sockets: it decides when a connection is closed, and how. */

export interface TcpRequest {
  readonly socket: Socket;
  /** The first connection is 1. */
  readonly connection: number;
  /** How many requests came over this connection, with this one. */
  readonly turn: number;
  readonly id: unknown;
  readonly method: string;
  readonly headers: string;
  /** `params.name` or `params.arguments.token`: what tells calls apart. */
  readonly token: unknown;
}

export interface TcpUpstream {
  readonly url: string;
  readonly requests: TcpRequest[];
  /** Connections that are open, and how many there ever were. */
  readonly open: Set<Socket>;
  readonly opened: () => number;
  readonly close: () => Promise<void>;
}

/** A whole answer as bytes. */
export const answerBytes = (id: unknown, text: unknown, fields: readonly string[] = []): string => {
  const result = { content: [{ type: 'text', text: String(text) }] };
  const body = JSON.stringify({ jsonrpc: '2.0', id, result });
  const length = `content-length: ${Buffer.byteLength(body)}`;
  return ['HTTP/1.1 200 OK', 'content-type: application/json', length, ...fields, '', body].join(
    '\r\n',
  );
};

const endOfHead = '\r\n\r\n';

/** The first whole request of a buffer, and what is left. */
const split = (buffer: Buffer): { head: string; body: string; rest: Buffer } | undefined => {
  const end = buffer.indexOf(endOfHead);
  if (end < 0) return undefined;
  const head = buffer.toString('latin1', 0, end);
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  const from = end + endOfHead.length;
  if (buffer.length < from + length) return undefined;
  const body = buffer.toString('utf8', from, from + length);
  return { head, body, rest: buffer.subarray(from + length) };
};

export const startTcpUpstream = async (
  onRequest: (request: TcpRequest) => void,
): Promise<TcpUpstream> => {
  const requests: TcpRequest[] = [];
  const open = new Set<Socket>();
  let opened = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    open.add(socket);
    opened += 1;
    const connection = opened;
    let turn = 0;
    let buffer: Buffer = Buffer.alloc(0);
    socket.on('close', () => open.delete(socket)).on('error', () => undefined);
    socket.on('data', (chunk) => {
      buffer = Buffer.concat([buffer, chunk]);
      for (let next = split(buffer); next; next = split(buffer)) {
        buffer = next.rest;
        turn += 1;
        const { id, method, params } = next.body === '' ? {} : JSON.parse(next.body);
        const token = params?.arguments?.token;
        const request = { socket, connection, turn, id, method, token, headers: next.head };
        requests.push(request);
        onRequest(request);
      }
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    requests,
    open,
    opened: () => opened,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
};
