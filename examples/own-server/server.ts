import { defineTool, serve } from 'cdk-secure-mcp/server';
import { z } from 'zod';

const greet = defineTool({
  name: 'greet',
  title: 'Greet',
  description: 'Greets somebody by name.',
  requiredScopes: ['mcp:greetings:send'],
  inputSchema: z.object({ name: z.string().max(80) }),
  annotations: { readOnlyHint: true },
  handler: ({ name }, { principal }) => ({
    content: [{ type: 'text', text: `${principal.subject} greets ${name}` }],
  }),
});

await serve({ name: 'greetings', version: '1.0.0', tools: [greet] });
