import { type Listener, listen } from '../../server/listener.ts';
import { aResourceServer, type TestServer } from '../support/resource-server.ts';
import { anAccessToken } from '../support/tokens.ts';
import { fixtureApplication } from './fixture-application.ts';
import { startTokenProxy } from './suite.ts';

/** The pipeline with the fixture behind it on a socket, and the proxy in front of it. */
export const startFixture = async () => {
  let listener: Listener | undefined;
  let server: TestServer | undefined;
  let proxyPort = 0;
  listener = await listen((call) => (server as TestServer).handle(call), {
    host: '127.0.0.1',
    port: 0,
  });
  const proxy = await startTokenProxy(listener.port, () =>
    anAccessToken((server as TestServer).key),
  );
  proxyPort = proxy.port;
  const hosts = [`127.0.0.1:${proxyPort}`, `localhost:${proxyPort}`];
  server = await aResourceServer({
    application: fixtureApplication,
    config: {
      allowedHosts: hosts,
      allowedOrigins: hosts.map((host) => `http://${host}`),
    },
  });
  return {
    url: `http://127.0.0.1:${proxyPort}/mcp`,
    log: server.log,
    close: async () => {
      await server?.close();
      await listener?.close(100);
      await proxy.close();
    },
  };
};
