import { monitorEventLoopDelay } from 'node:perf_hooks';
import { z } from 'zod';
import { defineTool } from '../../server/mcp/tool.ts';
import { serve } from '../../server/serve.ts';

/** The container with one tool that takes as long as it is told and says which process it ran in. */
const slow = defineTool({
  name: 'slow',
  title: 'Slow',
  description: 'Waits.',
  requiredScopes: [],
  inputSchema: z.object({ ms: z.number().int().min(0).max(60_000) }),
  annotations: { readOnlyHint: true },
  handler: async ({ ms }) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return { content: [{ type: 'text', text: `pid ${process.pid}` }] };
  },
});

// Asked with SIGUSR2, because only the process itself can say how late its event loop runs.
const delays = monitorEventLoopDelay({ resolution: 10 });
delays.enable();
process.on('SIGUSR2', () => {
  const [p50, p99, max] = [delays.percentile(50), delays.percentile(99), delays.max];
  process.stderr.write(`${JSON.stringify({ eventLoopDelayNs: { p50, p99, max } })}\n`);
});

await serve({ name: 'slow', title: 'Slow', version: '1.0.0', tools: [slow] });
