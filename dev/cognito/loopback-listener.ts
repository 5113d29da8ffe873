import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A listener that only this machine can reach, on every loopback address `localhost` may mean. */
export interface LoopbackListener {
  readonly port: number;
  close(): Promise<void>;
}

/** 127.0.0.0/8 and ::1. Names are refused: what they resolve to is somebody else's decision. */
export const isLoopbackAddress = (address: string): boolean =>
  address === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);

const listen = (address: string, port: number, listener: RequestListener): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer(listener);
    server.once('error', reject);
    server.listen({ host: address, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

const listenOnAll = async (
  addresses: readonly string[],
  requestedPort: number,
  listener: RequestListener,
): Promise<{ readonly servers: readonly Server[]; readonly port: number }> => {
  const servers: Server[] = [];
  let port = requestedPort;
  for (const address of addresses) {
    try {
      const server = await listen(address, port, listener);
      servers.push(server);
      port = (server.address() as AddressInfo).port;
    } catch (error) {
      // A machine without IPv6 is fine. A port taken by somebody else is not: `localhost` could
      // lead there, and users would type their passwords into it.
      if (servers.length > 0 && ['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(String(codeOf(error))))
        continue;
      await Promise.all(servers.map(closeServer));
      throw error;
    }
  }
  return { servers, port };
};

const attempts = 5;

/**
 * Listens on one port of every given address and refuses to start on any that is not loopback.
 * With port 0 a port is chosen that is free on all of them.
 */
export const listenOnLoopback = async (
  listener: RequestListener,
  port = 0,
  addresses: readonly string[] = ['127.0.0.1', '::1'],
): Promise<LoopbackListener> => {
  const foreign = addresses.find((address) => !isLoopbackAddress(address));
  if (foreign !== undefined)
    throw new Error(`'addresses' must be loopback addresses (127.0.0.0/8, ::1), got '${foreign}'`);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const listening = await listenOnAll(addresses, port, listener);
      return {
        port: listening.port,
        close: async () => {
          await Promise.all(listening.servers.map(closeServer));
        },
      };
    } catch (error) {
      if (port !== 0 || attempt === attempts || codeOf(error) !== 'EADDRINUSE') throw error;
    }
  }
};
