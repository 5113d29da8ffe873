import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestCertificate } from './test-certificate.ts';

/** A server that is nothing like an MCP server. */
export interface StrangeServer {
  readonly mcpUrl: string;
  close(): Promise<void>;
}

export const startStrangeServer = async (
  listener: RequestListener,
  certificate?: TestCertificate,
): Promise<StrangeServer> => {
  const server = certificate
    ? createHttpsServer({ ...certificate }, listener)
    : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    mcpUrl: `${certificate ? 'https' : 'http'}://localhost:${port}/mcp`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
