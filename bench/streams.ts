import { connect, type Socket } from 'node:net';
import { message, rawRequest } from './requests.ts';
import { startServer } from './server-process.ts';
import { accessTokens, type Signer } from './tokens.ts';

/** What an open `subscriptions/listen` stream costs that says nothing. */

const listenTo = (port: number, request: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.once('error', reject);
    socket.once('data', (head) => {
      if (head.toString('latin1').startsWith('HTTP/1.1 200')) resolve(socket);
      else reject(new Error(head.toString().slice(0, 300)));
    });
  });

/** Kilobytes of resident memory for each of `count` streams, of as many people as there are tokens. */
export const memoryPerStream = async (signer: Signer, count: number): Promise<number> => {
  const server = await startServer('ours', { BENCH_JWKS: signer.jwks }, ['--expose-gc']);
  const notifications = { toolsListChanged: true };
  const listen = message('subscriptions/listen', { notifications }, '2026-07-28');
  const requests = accessTokens(signer, 64).map((token) => rawRequest(listen, token));
  const sockets: Socket[] = [];
  try {
    // The first hundred load code and fill pools: they are not what the next one costs.
    for (let index = 0; index < 100; index += 1)
      sockets.push(await listenTo(server.port, requests[index % 64] as string));
    const before = await server.read('collect');
    for (let index = 0; index < count; index += 1)
      sockets.push(await listenTo(server.port, requests[index % 64] as string));
    const after = await server.read('collect');
    return (after.residentBytes - before.residentBytes) / 1024 / count;
  } finally {
    for (const socket of sockets) socket.destroy();
    await server.stop();
  }
};
