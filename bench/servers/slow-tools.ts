import type { McpServer, ServerContext } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { answerOf } from './echo.ts';
import { hasSlowTools } from './settings.ts';

/** Tools whose answer is an event stream: one reports progress, one says nothing for a long time. */

const progressSteps = 3;
const countSchema = z.object({ tenant: z.string(), text: z.string() });
export const waitSchema = z.object({ tenant: z.string() });

type Handler = (
  args: z.infer<typeof countSchema>,
  context: ServerContext,
) => Promise<ReturnType<typeof answerOf>>;

const count: Handler = async ({ text }, { mcpReq }) => {
  const { progressToken = 0 } = (mcpReq._meta ?? {}) as { readonly progressToken?: number };
  for (let progress = 1; progress <= progressSteps; progress += 1)
    await mcpReq.notify({
      method: 'notifications/progress',
      params: { progressToken, progress, total: progressSteps },
    });
  return answerOf(text);
};

/** Until the caller goes away. */
export const waitFor = (signal: AbortSignal): Promise<ReturnType<typeof answerOf>> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(answerOf('aborted')), { once: true });
  });

export const registerCount = (
  server: McpServer,
  wrapped: (handler: Handler) => Handler = (handler) => handler,
): void => {
  if (!hasSlowTools) return;
  const description = 'Counts to three, and says so.';
  server.registerTool('count', { description, inputSchema: countSchema }, wrapped(count));
};

/** For servers whose tools are registered with the SDK. */
export const registerWait = (server: McpServer): void => {
  if (!hasSlowTools) return;
  const description = 'Waits.';
  server.registerTool('wait', { description, inputSchema: waitSchema }, (_, { mcpReq }) =>
    waitFor(mcpReq.signal),
  );
};
