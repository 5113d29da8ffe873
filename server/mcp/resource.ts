import {
  type McpServer,
  type ReadResourceResult,
  ResourceTemplate,
} from '@modelcontextprotocol/server';
import type { ResourceRule } from '../../oauth/access-rule.ts';
import { resourcePattern } from '../../oauth/resource-pattern.ts';
import { asCaller, type Caller } from './caller.ts';

/** A resource or a template of resources, ready to be registered. */
export interface McpResource {
  readonly name: string;
  readonly rule: ResourceRule;
  readonly register: (server: McpServer) => void;
}

export interface ResourceDefinition {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** A URI, or a template: `notes://{tenant}/{id}`, with `{+path}` at the end for the whole rest. */
  readonly uri: string;
  readonly mimeType?: string;
  /** On top of the scopes of `resources/read`. Enforced by the pipeline, before the SDK is called. */
  readonly requiredScopes: readonly string[];
  /** One of these is enough. */
  readonly requiredGroups?: readonly string[];
  /** The variable of the template that names a tenant; it must be the caller's. */
  readonly tenantVariable?: string;
  /** What `resources/list` shows of a template. @default - nothing */
  readonly list?: (caller: Caller) => readonly { readonly uri: string; readonly name: string }[];
  readonly handler: (
    resource: { readonly uri: URL; readonly variables: Readonly<Record<string, string>> },
    caller: Caller,
  ) => ReadResourceResult | Promise<ReadResourceResult>;
}

// What a tenant reads is never to be kept by a cache that others share.
const cacheHint = { ttlMs: 0, cacheScope: 'private' } as const;

const templateOf = ({ uri, list }: ResourceDefinition): ResourceTemplate =>
  new ResourceTemplate(uri, {
    list: list && ((context) => asCaller(context, (caller) => ({ resources: [...list(caller)] }))),
  });

const ruleOf = (definition: ResourceDefinition): ResourceRule => {
  const { uri, requiredScopes: scopes, requiredGroups: groups, tenantVariable } = definition;
  const pattern = resourcePattern(uri);
  if (!pattern.ok) throw new Error(pattern.error);
  if (tenantVariable !== undefined && !pattern.value.variables.includes(tenantVariable))
    throw new Error(`'tenantVariable' must be a variable of '${uri}', got '${tenantVariable}'`);
  return { pattern: pattern.value, scopes, groups, tenantVariable };
};

/**
 * Declares a resource together with what it demands. The handler gets the verified caller and never
 * runs without one, nor for a URI that names another tenant than the caller's.
 *
 * @example
 * const invoice = defineResource({
 *   name: 'invoice', title: 'Invoice', description: 'One invoice.', uri: 'invoices://{tenant}/{id}',
 *   requiredScopes: [], tenantVariable: 'tenant',
 *   handler: ({ uri, variables }) => ({ contents: [{ uri: uri.href, text: `No. ${variables.id}` }] }),
 * });
 */
export const defineResource = (definition: ResourceDefinition): McpResource => {
  const { name, title, description, mimeType, tenantVariable, handler } = definition;
  const rule = ruleOf(definition);
  const config = { title, description, mimeType, cacheHint };
  return Object.freeze({
    name,
    rule,
    register: (server: McpServer) => {
      if (rule.pattern.variables.length === 0) {
        server.registerResource(name, definition.uri, config, (uri, context) =>
          asCaller(context, (caller) => handler({ uri, variables: {} }, caller)),
        );
        return;
      }
      server.registerResource(name, templateOf(definition), config, (uri, variables, context) =>
        asCaller(context, (caller) => {
          const values = variables as Record<string, string>;
          // Once more, on what the SDK has matched: two matchers may read a URI in two ways.
          if (tenantVariable !== undefined) caller.requireTenant(values[tenantVariable]);
          return handler({ uri, variables: values }, caller);
        }),
      );
    },
  });
};
