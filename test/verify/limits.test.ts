import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mayContact } from '../../verify/http/http-client.ts';
import { exitCodeOf } from '../../verify/report/report.ts';
import { defaultLimits } from '../../verify/target.ts';
import { type Deployment, reportOf, startDeployment } from './support/deployment.ts';
import { type OriginMap, startRelay } from './support/relay.ts';

/** What a verification costs the server that it looks at. */

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.local.close());

/** A relay that counts. */
const startCounting = async () => {
  const counts = { all: 0, now: 0, most: 0 };
  const origins: OriginMap = [];
  const idp = await startRelay(deployment.local.simulator.domain, origins);
  const relay = await startRelay(deployment.local.origin, origins, {
    request: (request) => {
      counts.all += 1;
      counts.now += 1;
      counts.most = Math.max(counts.most, counts.now);
      return request;
    },
    response: (response) => {
      counts.now -= 1;
      return response;
    },
  });
  const close = () => Promise.all([relay.close(), idp.close()]);
  return { url: new URL(`${relay.origin}/mcp`), counts, close };
};

describe('the traffic of a verification', () => {
  it('is a few hundred requests, four at a time, because it may run against production', async () => {
    const { url, counts, close } = await startCounting();
    const credentials = { ...deployment.credentials, token: undefined };
    const report = await reportOf({ url, credentials, allowsBursts: true });
    await close();
    expect(report.isIncomplete).toBe(false);
    expect(counts.most).toBeLessThanOrEqual(defaultLimits.maxAtOnce);
    expect(report.requestCount).toBeLessThan(defaultLimits.maxRequests * 0.9);
    // The rest goes to the login page.
    expect(counts.all).toBeLessThanOrEqual(report.requestCount);
  });

  it('is below three hundred without credentials and bursts, because that is what most people run', async () => {
    const report = await reportOf({ url: new URL(deployment.local.mcpUrl) });
    expect(report.requestCount).toBeLessThan(300);
  });

  it('ends where it is told, and then nothing has passed, because half a look proves nothing', async () => {
    const { url, counts, close } = await startCounting();
    const report = await reportOf({ url, limits: { maxRequests: 40 } });
    await close();
    expect(counts.all).toBe(40);
    expect(report.isIncomplete).toBe(true);
    expect(exitCodeOf(report)).not.toBe(0);
  });

  it('goes from the internet to no address of this machine, because metadata may name any', () => {
    const internet = new URL('https://mcp.example.com/mcp');
    const local = new URL('http://localhost:3000/mcp');
    for (const address of ['http://localhost:3000/', 'https://127.0.0.1/', 'http://[::1]/'])
      expect([mayContact(new URL(address), internet), mayContact(new URL(address), local)]).toEqual(
        [false, true],
      );
    expect(mayContact(new URL('http://mcp.example.com/'), internet)).toBe(false);
    expect(mayContact(new URL('https://login.example.org/'), internet)).toBe(true);
  });
});

describe('a server that answers everything slowly', () => {
  it('is given up on in the time for everything, because a pipeline waits', async () => {
    const handler = createMcpHandler(() => new McpServer({ name: 'slow', version: '1.0.0' }, {}));
    const listener = getRequestListener((request) => handler.fetch(request));
    const server = createServer((request, response) => {
      setTimeout(() => listener(request, response), 300);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const startedAt = performance.now();
    const report = await reportOf({
      url: new URL(`http://localhost:${port}/mcp`),
      limits: { deadline: Date.now() + 2000 },
    });
    server.closeAllConnections();
    server.close();
    expect(performance.now() - startedAt).toBeLessThan(4000);
    expect(report.isIncomplete).toBe(true);
    expect(exitCodeOf(report)).not.toBe(0);
  });
});
