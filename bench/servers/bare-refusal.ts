import { createServer } from 'node:http';
import { port } from './settings.ts';

/**
 * What a stranger costs anybody: 401 as soon as the head is there, and for a long body the wait that
 * lets the client read it (RFC 9112 §9.6). Decides nothing and writes nothing down.
 */

const waitUnreadMs = 100;

createServer((incoming, outgoing) => {
  const isLong = Number(incoming.headers['content-length'] ?? 0) > 1024 * 1024;
  outgoing.writeHead(401, { 'content-length': 2, connection: 'close' }).write('no');
  incoming.socket.pause();
  if (isLong) setTimeout(() => outgoing.end(), waitUnreadMs);
  else outgoing.end();
}).listen(port, '127.0.0.1');
