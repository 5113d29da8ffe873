import { expect, it } from 'vitest';
import {
  bundleServer,
  environmentOf,
  spawnServer,
  startIssuer,
  untilHealth,
} from '../../support/server-bundle.ts';
import { callSilently, eras, startWay } from './silence.ts';

/**
 * The bundle with its own defaults, a tool that says nothing for 90 s, and nginx and HAProxy which
 * wait 20 s each: less than CloudFront (30 s) and the ALB (60 s) do. Run by `npm run test:patience`.
 */
it('a tool that is silent for 90 s survives proxies that wait 20 s, in both eras', async () => {
  const [bundle, issuer] = await Promise.all([
    bundleServer('test/support/slow-tool-server.ts'),
    startIssuer(),
  ]);
  const server = await spawnServer(bundle, environmentOf(issuer.issuer));
  await untilHealth(server.port, 200);
  const way = await startWay(server.port, 20_000);
  try {
    const target = { port: way.port, token: issuer.token() };
    const calls = await Promise.all(
      eras.map((era) => callSilently(target, era, { tool: 'slow', args: { ms: 90_000 } })),
    );
    for (const [index, call] of calls.entries()) {
      const { body: _, ...figures } = call;
      process.stdout.write(`MCP ${eras[index]}: ${JSON.stringify(figures)}\n`);
      expect(call).toMatchObject({ status: 200, isComplete: true });
      expect(call.body).toContain(`pid ${server.pid}`);
      expect(call.totalMs).toBeGreaterThanOrEqual(90_000);
      expect(call.longestSilenceMs).toBeLessThan(15_000);
    }
  } finally {
    await way.close();
    server.signal('SIGKILL');
    await server.ended;
    await issuer.close();
    await bundle.close();
  }
});
