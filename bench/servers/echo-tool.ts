import { defineTool, type Tool } from '../../server/mcp/tool.ts';
import { answerOf, description, inputSchema } from './echo.ts';

/** The tool of this package's servers, with what it demands of its caller. */
export const echoTool = (
  name: string,
  demands: { readonly requiredScopes: readonly string[]; readonly tenantArgument?: string },
): Tool =>
  defineTool({
    name,
    title: 'Echo',
    description,
    ...demands,
    inputSchema,
    annotations: { readOnlyHint: true },
    handler: ({ text }) => answerOf(text),
  });

/** Everything that a tool can demand without groups. */
export const guardedEchoTool = (name: string): Tool =>
  echoTool(name, { requiredScopes: ['mcp:tools:execute'], tenantArgument: 'tenant' });
