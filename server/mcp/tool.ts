import type {
  CallToolResult,
  McpServer,
  StandardSchemaWithJSON,
  ToolAnnotations,
} from '@modelcontextprotocol/server';
import type { AccessPolicy } from '../../oauth/access-policy.ts';
import { asCaller, type Caller } from './caller.ts';

/** A tool, ready to be registered on the per-request server objects of the SDK. */
export interface Tool {
  readonly name: string;
  readonly requiredScopes: readonly string[];
  readonly register: (server: McpServer) => void;
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
  /** Defined once at module scope: the SDK registers it anew for every request. */
  readonly inputSchema: Input;
  readonly outputSchema?: Output;
  readonly annotations: ToolAnnotations;
  readonly handler: (
    args: StandardSchemaWithJSON.InferOutput<Input>,
    caller: Caller,
  ) => CallToolResult | Promise<CallToolResult>;
}

type JsonSchemas = StandardSchemaWithJSON['~standard']['jsonSchema'];

const once = (convert: JsonSchemas['input']): JsonSchemas['input'] => {
  const results = new Map<string, ReturnType<JsonSchemas['input']>>();
  return (options) => {
    const key = JSON.stringify(options);
    const known = results.get(key);
    if (known) return known;
    const result = convert(options);
    results.set(key, result);
    return result;
  };
};

/** The SDK asks for a tool's JSON Schema on every call; the answer never changes. */
export const withMemoisedJsonSchema = <Schema extends StandardSchemaWithJSON>(
  schema: Schema,
): Schema => {
  const { version, vendor, validate, types, jsonSchema } = schema['~standard'];
  const memoised = {
    '~standard': {
      version,
      vendor,
      validate,
      types,
      jsonSchema: { input: once(jsonSchema.input), output: once(jsonSchema.output) },
    },
  };
  // Only the Standard Schema face is passed on; the SDK uses nothing else of a schema.
  return memoised as unknown as Schema;
};

/**
 * Declares a tool together with the scopes it needs. The handler gets the verified principal and
 * never runs without one.
 *
 * Does not check scopes itself: {@link toolScopes} collects them for the access policy, which the
 * pipeline applies before any handler is reached.
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
  const { name, title, description, requiredScopes, annotations, handler } = definition;
  const inputSchema = withMemoisedJsonSchema<StandardSchemaWithJSON>(definition.inputSchema);
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
  return Object.freeze({
    name,
    requiredScopes,
    register: (server: McpServer) => {
      server.registerTool(name, config, (args, context) =>
        asCaller(context, (caller) =>
          handler(args as StandardSchemaWithJSON.InferOutput<Input>, caller),
        ),
      );
    },
  });
};

/** What the tools declare, in the form the access policy takes. Throws on a repeated name. */
export const toolScopes = (tools: readonly Tool[]): AccessPolicy['tools'] => {
  const names = tools.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated) throw new Error(`there must be one tool of each name, got two of '${repeated}'`);
  return Object.fromEntries(tools.map(({ name, requiredScopes }) => [name, requiredScopes]));
};
