import { defineTool, serve } from 'cdk-secure-mcp/server';
import { z } from 'zod';

const greet = defineTool({
  name: 'greet',
  title: 'Greet',
  description: 'Greets whoever is calling.',
  requiredScopes: ['mcp:greetings:send'],
  inputSchema: z.object({ greeting: z.string().max(40).default('Hello') }),
  annotations: { readOnlyHint: true },
  handler: ({ greeting }, { principal }) => ({
    content: [
      {
        type: 'text',
        text: `${greeting}, ${principal.subject} of ${principal.tenant ?? 'no tenant'}`,
      },
    ],
  }),
});

await serve({ name: 'greetings', version: '1.0.0', tools: [greet] });
