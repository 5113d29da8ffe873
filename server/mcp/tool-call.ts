import {
  type CallToolResult,
  isInputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
  type StandardSchemaWithJSON,
} from '@modelcontextprotocol/server';
import type { Tool } from './tool.ts';

/**
 * What `McpServer` does with a call of a tool, for a tool that is known. Registering one on an
 * `McpServer` defines a property with accessors, for which V8 keeps a hidden class, and with it the
 * whole server of that call, until the next full collection: 9 KB a call that outlive the young
 * generation.
 */

type Result = Awaited<ReturnType<Tool['call']>>;

const errorResult = (text: string): CallToolResult => ({
  content: [{ type: 'text', text }],
  isError: true,
});

type Issue = NonNullable<
  Awaited<ReturnType<StandardSchemaWithJSON['~standard']['validate']>>['issues']
>[number];

const issueText = ({ path, message }: Issue): string => {
  if (!path?.length) return message;
  const place = path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
  return `${place}: ${message}`;
};

/** Undefined for a result that may go out, else what the client is told. */
const problemOf = async (
  { name, outputSchema }: Tool,
  { isError, structuredContent }: CallToolResult,
): Promise<string | undefined> => {
  if (!outputSchema || isError) return undefined;
  if (structuredContent === undefined)
    return `Output validation error: Tool ${name} has an output schema but no structured content was provided`;
  const { issues } = await outputSchema['~standard'].validate(structuredContent);
  if (!issues?.length) return undefined;
  return `Output validation error: Invalid structured content for tool ${name}: ${issues.map(issueText).join(', ')}`;
};

const isForClientToAct = (error: unknown): boolean =>
  error instanceof ProtocolError && error.code === ProtocolErrorCode.UrlElicitationRequired;

/**
 * Runs the tool. Undefined, and the tool has not run, when the arguments are not what it declares:
 * what the client is told then is the SDK's to say.
 */
export const callTool = async (
  tool: Tool,
  { args, context, server }: { args: unknown; context: ServerContext; server: Server },
): Promise<Result | undefined> => {
  const valid = await tool.inputSchema['~standard'].validate(args ?? {});
  if (valid.issues?.length) return undefined;
  try {
    const result = await tool.call('value' in valid ? valid.value : undefined, context);
    if (isInputRequiredResult(result)) return result;
    const problem = await problemOf(tool, result);
    return problem === undefined
      ? server.projectCallToolResult(result, tool.outputJsonSchema)
      : errorResult(problem);
  } catch (error) {
    if (isForClientToAct(error)) throw error;
    return errorResult(error instanceof Error ? error.message : String(error));
  }
};
