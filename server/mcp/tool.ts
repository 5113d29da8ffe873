import type {
  CallToolResult,
  McpServer,
  ServerContext,
  StandardSchemaWithJSON,
  ToolAnnotations,
} from '@modelcontextprotocol/server';
import type { NamedRule } from '../../oauth/access-rule.ts';
import { asCaller, type Caller } from './caller.ts';
import { assertDeclaredArgument } from './declared-argument.ts';
import { withMemoisedJsonSchema } from './memoised-schema.ts';

/** A tool, ready to be registered on the per-request server objects of the SDK. */
export interface Tool {
  readonly name: string;
  /** What it demands of its caller, on top of the scopes of `tools/call`. */
  readonly rule: NamedRule;
  readonly register: (server: McpServer) => void;
  readonly inputSchema: StandardSchemaWithJSON;
  readonly outputSchema?: StandardSchemaWithJSON;
  readonly outputJsonSchema?: Readonly<Record<string, unknown>>;
  /** Runs the handler, on arguments that are valid. */
  readonly call: (args: unknown, context: ServerContext) => Promise<CallToolResult>;
  /**
   * Whether no argument is repeated in a header, which only the SDK's entry can check, and the result
   * is an object, so that it looks the same in every revision.
   */
  readonly isDirect: boolean;
}

export interface ToolDefinition<
  Input extends StandardSchemaWithJSON,
  Output extends StandardSchemaWithJSON,
> {
  readonly name: string;
  /** What a person reads in the list of tools. */
  readonly title: string;
  /** What the model reads. */
  readonly description: string;
  /** On top of the scopes of `tools/call`. Enforced by the pipeline, before the SDK is called. */
  readonly requiredScopes: readonly string[];
  /** One of these is enough. Group names as the access token has them. */
  readonly requiredGroups?: readonly string[];
  /** The argument that names a tenant: a call that names another tenant than the caller's gets 403. */
  readonly tenantArgument?: string;
  /** Defined once at module scope: the SDK registers it anew for every request. */
  readonly inputSchema: Input;
  readonly outputSchema?: Output;
  readonly annotations: ToolAnnotations;
  readonly handler: (
    args: StandardSchemaWithJSON.InferOutput<Input>,
    caller: Caller,
  ) => CallToolResult | Promise<CallToolResult>;
}

const jsonSchemaOptions = { target: 'draft-2020-12' } as const;

/** MCP 2026-07-28, `Mcp-Param-*`: a property may ask for its value in a header as well. */
const declaresHeaders = (schema: StandardSchemaWithJSON): boolean =>
  JSON.stringify(schema['~standard'].jsonSchema.input(jsonSchemaOptions)).includes(
    '"x-mcp-header"',
  );

/**
 * Declares a tool together with the scopes it needs. The handler gets the verified principal and
 * never runs without one.
 *
 * Does not check scopes itself: they go into the access policy, which the pipeline applies before
 * any handler is reached. Without them the client gets a 403 challenge
 * (RFC 6750 §3.1) that names the scopes to ask for.
 *
 * @example
 * const ping = defineTool({
 *   name: 'ping', title: 'Ping', description: 'Answers pong.', requiredScopes: [],
 *   inputSchema: z.object({}), annotations: { readOnlyHint: true },
 *   handler: (_, { principal }) => ({ content: [{ type: 'text', text: `pong, ${principal.subject}` }] }),
 * });
 */
export const defineTool = <
  Input extends StandardSchemaWithJSON,
  Output extends StandardSchemaWithJSON = StandardSchemaWithJSON,
>(
  definition: ToolDefinition<Input, Output>,
): Tool => {
  const { name, title, description, annotations, handler } = definition;
  const { requiredScopes: scopes, requiredGroups: groups, tenantArgument } = definition;
  const inputSchema = withMemoisedJsonSchema<StandardSchemaWithJSON>(definition.inputSchema);
  assertDeclaredArgument(name, tenantArgument, inputSchema);
  const outputSchema =
    definition.outputSchema &&
    withMemoisedJsonSchema<StandardSchemaWithJSON>(definition.outputSchema);
  const config = {
    title,
    description,
    inputSchema,
    annotations,
    ...(outputSchema && { outputSchema }),
  };
  const call = (args: unknown, context: ServerContext) =>
    asCaller(context, (caller) =>
      handler(args as StandardSchemaWithJSON.InferOutput<Input>, caller),
    );
  const outputJsonSchema = outputSchema?.['~standard'].jsonSchema.output(jsonSchemaOptions);
  const isObject = outputJsonSchema === undefined || outputJsonSchema.type === 'object';
  return Object.freeze({
    name,
    isDirect: isObject && !declaresHeaders(inputSchema),
    rule: { scopes, groups, tenantArgument },
    register: (server: McpServer) => {
      server.registerTool(name, config, call);
    },
    inputSchema,
    ...(outputSchema && { outputSchema, outputJsonSchema }),
    call,
  });
};
