import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What every command-line client opens for a login: a web server on a random loopback port. */
export interface CallbackListener {
  readonly redirectUrl: string;
  /** The next answer of the authorization server, which may have arrived already. */
  next(): Promise<URL>;
  close(): Promise<void>;
}

export const listenForCallback = async (
  hostname: 'localhost' | '127.0.0.1' = 'localhost',
): Promise<CallbackListener> => {
  const arrived: URL[] = [];
  const waiting: ((url: URL) => void)[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    if (url.pathname !== '/callback') {
      response.writeHead(404).end();
      return;
    }
    response.end('You can close this window.');
    const resolve = waiting.shift();
    if (resolve) resolve(url);
    else arrived.push(url);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    redirectUrl: `http://${hostname}:${port}/callback`,
    next: () => {
      const url = arrived.shift();
      return url ? Promise.resolve(url) : new Promise((resolve) => waiting.push(resolve));
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
