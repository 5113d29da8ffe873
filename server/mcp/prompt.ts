import type {
  GetPromptResult,
  McpServer,
  StandardSchemaWithJSON,
} from '@modelcontextprotocol/server';
import type { NamedRule } from '../../oauth/access-rule.ts';
import { asCaller, type Caller } from './caller.ts';
import { assertDeclaredArgument } from './declared-argument.ts';
import { withMemoisedJsonSchema } from './memoised-schema.ts';

/** A prompt, ready to be registered. */
export interface McpPrompt {
  readonly name: string;
  readonly rule: NamedRule;
  readonly register: (server: McpServer) => void;
}

export interface PromptDefinition<Args extends StandardSchemaWithJSON> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** On top of the scopes of `prompts/get`. Enforced by the pipeline, before the SDK is called. */
  readonly requiredScopes: readonly string[];
  /** One of these is enough. */
  readonly requiredGroups?: readonly string[];
  /** The argument that names a tenant; it must be the caller's. */
  readonly tenantArgument?: string;
  readonly argsSchema: Args;
  readonly handler: (
    args: StandardSchemaWithJSON.InferOutput<Args>,
    caller: Caller,
  ) => GetPromptResult | Promise<GetPromptResult>;
}

/**
 * Declares a prompt together with what it demands; the pipeline enforces it.
 *
 * @example
 * const review = definePrompt({
 *   name: 'review', title: 'Review', description: 'Asks for a review.', requiredScopes: [],
 *   argsSchema: z.object({ code: z.string() }),
 *   handler: ({ code }) => ({ messages: [{ role: 'user', content: { type: 'text', text: code } }] }),
 * });
 */
export const definePrompt = <Args extends StandardSchemaWithJSON>(
  definition: PromptDefinition<Args>,
): McpPrompt => {
  const { name, title, description, handler } = definition;
  const { requiredScopes: scopes, requiredGroups: groups, tenantArgument } = definition;
  const argsSchema = withMemoisedJsonSchema<StandardSchemaWithJSON>(definition.argsSchema);
  assertDeclaredArgument(name, tenantArgument, argsSchema);
  return Object.freeze({
    name,
    rule: { scopes, groups, tenantArgument },
    register: (server: McpServer) => {
      server.registerPrompt(name, { title, description, argsSchema }, (args, context) =>
        asCaller(context, (caller) =>
          handler(args as StandardSchemaWithJSON.InferOutput<Args>, caller),
        ),
      );
    },
  });
};
