import { appendFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { z } from 'zod';
import { defineResource } from '../../server/mcp/resource.ts';
import { defineTool } from '../../server/mcp/tool.ts';
import { serve } from '../../server/serve.ts';

/** The container with a tool that takes as long as it is told, and one that changes a resource. */

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });

/** Every run of `slow` that was given an id, so that one which ran twice can be seen. */
const journal = process.env.JOURNAL_FILE;

const slow = defineTool({
  name: 'slow',
  title: 'Slow',
  description: 'Waits, and says in which process.',
  requiredScopes: [],
  inputSchema: z.object({ ms: z.number().int().min(0).max(120_000), id: z.string().optional() }),
  annotations: { readOnlyHint: true },
  handler: async ({ ms, id }) => {
    if (journal && id) appendFileSync(journal, `${id}\n`);
    await new Promise((resolve) => setTimeout(resolve, ms));
    return text(`pid ${process.pid}`);
  },
});

const change = defineTool({
  name: 'change',
  title: 'Change',
  description: 'Says that a resource has changed.',
  requiredScopes: [],
  inputSchema: z.object({ uri: z.string() }),
  annotations: {},
  handler: ({ uri }, { notify }) => {
    notify.resourceUpdated(uri);
    return text(`pid ${process.pid}`);
  },
});

const board = defineResource({
  name: 'board',
  title: 'Board',
  description: 'Something that changes.',
  uri: 'board:///{id}',
  requiredScopes: [],
  handler: ({ uri }) => ({ contents: [{ uri: uri.href, text: `pid ${process.pid}` }] }),
});

// Asked with SIGUSR2, because only the process itself can say how late its event loop runs.
const delays = monitorEventLoopDelay({ resolution: 10 });
delays.enable();
process.on('SIGUSR2', () => {
  const [p50, p99, max] = [delays.percentile(50), delays.percentile(99), delays.max];
  process.stderr.write(`${JSON.stringify({ eventLoopDelayNs: { p50, p99, max } })}\n`);
});

await serve({
  name: 'slow',
  title: 'Slow',
  version: '1.0.0',
  tools: [slow, change],
  resources: [board],
  resourceSubscriptions: true,
});
