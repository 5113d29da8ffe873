import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Listener, listen } from '../../../server/listener.ts';
import type { McpApplication } from '../../../server/mcp/application.ts';
import type { McpBackend } from '../../../server/mcp/backend.ts';
import { defineTool } from '../../../server/mcp/tool.ts';
import { fromV1Server } from '../../../server/mcp/v1-backend.ts';
import { hasProgram } from '../../support/redis-server.ts';
import { aResourceServer, type TestServer } from '../../support/resource-server.ts';
import { anAccessToken } from '../../support/tokens.ts';
import { callSilently, eras, startWay } from './silence.ts';

/**
 * nginx and HAProxy wait a second, the tool takes three and a half: the time-outs of CloudFront and
 * the ALB, shrunk. `npm run test:patience` is the same with 20 s and 90 s and nothing shrunk.
 */

const idleMs = 1000;
const silenceMs = 3500;
const canRun = ['haproxy', 'nginx'].map(hasProgram).every(Boolean);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const answer = { content: [{ type: 'text' as const, text: 'finally' }] };

const application: McpApplication = {
  name: 'silent',
  version: '1.0.0',
  tools: [
    defineTool({
      name: 'silent',
      title: 'Silent',
      description: 'Says nothing for long.',
      requiredScopes: [],
      inputSchema: z.object({}),
      annotations: {},
      handler: async () => {
        await pause(silenceMs);
        return answer;
      },
    }),
  ],
};

const v1 = fromV1Server(
  () => {
    const server = new McpServer({ name: 'v1', version: '1.0.0' });
    server.registerTool('silent', {}, async () => {
      await pause(silenceMs);
      return answer;
    });
    return server;
  },
  { unlisted: 'allow' },
);

describe.skipIf(!canRun)('a silent tool behind an edge and a load balancer', () => {
  let server: TestServer;
  let listener: Listener;
  let way: Awaited<ReturnType<typeof startWay>>;
  const start = async (
    served: McpApplication | McpBackend,
    patience: { firstByteMs: number; keepAliveMs: number },
  ) => {
    server = await aResourceServer({ application: served, patience });
    listener = await listen(server.handle, { host: '127.0.0.1', port: 0 });
    way = await startWay(listener.port, idleMs);
    return { port: way.port, token: anAccessToken(server.key) };
  };
  afterEach(async () => {
    await way.close();
    await server.close();
    await listener.close(0);
  });

  it.each([
    ...eras.map((era) => [era, 'SDK v2', application] as const),
    ['2025-11-25', 'SDK v1', v1] as const,
  ])(
    'survives, MCP %s on %s, because something is said before anybody loses patience',
    async (era, _, served) => {
      const target = await start(served, { firstByteMs: 300, keepAliveMs: 300 });
      const call = await callSilently(target, era, { tool: 'silent' });
      expect(call).toMatchObject({ status: 200, isComplete: true });
      expect(call.body).toContain('finally');
      expect(call.totalMs).toBeGreaterThanOrEqual(silenceMs);
      expect(call.longestSilenceMs).toBeLessThan(idleMs);
    },
  );

  it.each(eras)(
    'would not survive without that, MCP %s, which shows that these proxies do cut',
    async (era) => {
      const target = await start(application, { firstByteMs: 60_000, keepAliveMs: 60_000 });
      const call = await callSilently(target, era, { tool: 'silent' });
      expect(call.status).toBe(504);
      expect(call.body).not.toContain('finally');
      // Whoever was cut off has cancelled: nothing goes on behind the proxy's back.
      await expect.poll(() => server.openCalls(), { timeout: 6000 }).toBe(0);
    },
  );
});
