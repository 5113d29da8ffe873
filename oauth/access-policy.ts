import type { McpOperation } from './mcp-operation.ts';
import type { Principal } from './principal.ts';
import type { Rejection } from './rejection.ts';
import { err, ok, type Result } from './result.ts';
import { missingScopes, oauthScope, unionOfScopes } from './scope.ts';

/** Which scopes an operation needs. Scopes are necessary, never a promise: handlers may still refuse. */
export interface AccessPolicy {
  /** Asked for in the first challenge and listed in the metadata: what an ordinary user needs. */
  readonly everydayScopes: readonly string[];
  readonly methods: Readonly<Record<string, readonly string[]>>;
  /** On top of the method's scopes. */
  readonly tools: Readonly<Record<string, readonly string[]>>;
  readonly prompts: Readonly<Record<string, readonly string[]>>;
  /** For a method that is not listed: an unknown operation needs the strongest everyday scope. */
  readonly otherwise: readonly string[];
}

/** MCP method → scopes, all revisions. An empty list still needs a valid token with a scope of ours. */
export const defaultMethodScopes: AccessPolicy['methods'] = {
  initialize: [],
  'notifications/initialized': [],
  'notifications/cancelled': [],
  'notifications/progress': [],
  'notifications/roots/list_changed': [],
  ping: [],
  'server/discover': [],
  'logging/setLevel': [],
  'tools/list': [oauthScope.toolsRead],
  'tools/call': [oauthScope.toolsExecute],
  'resources/list': [oauthScope.resourcesRead],
  'resources/templates/list': [oauthScope.resourcesRead],
  'resources/read': [oauthScope.resourcesRead],
  'resources/subscribe': [oauthScope.resourcesRead],
  'resources/unsubscribe': [oauthScope.resourcesRead],
  'subscriptions/listen': [oauthScope.resourcesRead],
  'prompts/list': [oauthScope.promptsRead],
  'prompts/get': [oauthScope.promptsRead],
  'completion/complete': [oauthScope.promptsRead],
};

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

const scopesOf = (operation: McpOperation, policy: AccessPolicy): readonly string[] => {
  const { method, target } = operation;
  if (method === undefined) return [];
  const needed = own(policy.methods, method) ?? policy.otherwise;
  if (target === undefined) return needed;
  if (method === 'tools/call') return [...needed, ...(own(policy.tools, target) ?? [])];
  if (method === 'prompts/get') return [...needed, ...(own(policy.prompts, target) ?? [])];
  return needed;
};

/** All scopes that a request needs, batches included. */
export const requiredScopes = (
  operations: readonly McpOperation[],
  policy: AccessPolicy,
): readonly string[] =>
  unionOfScopes(...operations.map((operation) => scopesOf(operation, policy)));

/**
 * Whether the caller may perform every one of the operations. The refusal names the scopes for the
 * 403 challenge: those already granted plus those that are missing, because clients built on SDK v1
 * ask for exactly the challenged set and would otherwise trade old scopes for new ones.
 *
 * @see [RFC 6750 §3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1)
 */
export const authorizeOperations = (
  principal: Principal,
  operations: readonly McpOperation[],
  policy: AccessPolicy,
): Result<undefined, Rejection> => {
  const needed = requiredScopes(operations, policy);
  const missing = missingScopes(needed, principal.scopes);
  if (missing.length === 0) return ok(undefined);
  return err({
    reason: 'scope_insufficient',
    requiredScopes: unionOfScopes(principal.scopes, needed),
    evidence: { missing, held: principal.scopes },
  });
};
