import { once } from 'node:events';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { modernRequest } from '../../support/resource-server.ts';
import {
  type Bundle,
  environmentOf,
  type ServerProcess,
  spawnServer,
  type startIssuer,
  untilHealth,
} from '../../support/server-bundle.ts';
import { startLoadBalancer } from './load-balancer.ts';

/** Two processes of one server behind a load balancer. */

export interface Cluster {
  readonly port: number;
  readonly servers: readonly ServerProcess[];
  readonly close: () => Promise<void>;
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export const startCluster = async (
  bundle: Bundle,
  issuer: Awaited<ReturnType<typeof startIssuer>>,
  more: Readonly<Record<string, string>> = {},
): Promise<Cluster> => {
  const start = () =>
    spawnServer(bundle, {
      ...environmentOf(issuer.issuer),
      SHUTDOWN_DELAY_MS: '1500',
      RATE_LIMITS: JSON.stringify({ principal: null, tenant: null, address: null }),
      ...more,
    });
  const servers = await Promise.all([start(), start()]);
  await Promise.all(servers.map(({ port }) => untilHealth(port, 200)));
  const balancer = await startLoadBalancer(servers.map(({ port }) => port));
  await untilHealth(balancer.port, 200);
  // Until both are seen: HAProxy starts with every server up, then looks.
  await pause(600);
  return {
    port: balancer.port,
    servers,
    close: async () => {
      await balancer.close();
      for (const server of servers) {
        server.signal('SIGKILL');
        await server.ended;
      }
    },
  };
};

/** One request of MCP 2026-07-28 through a port, on a connection of its own; the body comes as it comes. */
export const sendThrough = async (
  port: number,
  token: string | undefined,
  method: string,
  params: Record<string, unknown> = {},
): Promise<Response> => {
  const { body, headers } = modernRequest(method, params);
  const outgoing = request({
    ...{ agent: false, host: '127.0.0.1', port, path: '/mcp', method: 'POST' },
    headers: {
      host: 'mcp.example.com',
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
  });
  outgoing.end(JSON.stringify(body));
  const [incoming] = await once(outgoing, 'response');
  const answer = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) answer.set(name, String(value));
  return new Response(Readable.toWeb(incoming) as ReadableStream, {
    status: incoming.statusCode,
    headers: answer,
  });
};
