import { type AccessRule, type NamedRule, type ResourceRule, rulesOf } from './access-rule.ts';
import { type McpOperation, type McpReference, namesOneThing } from './mcp-operation.ts';
import type { Principal } from './principal.ts';
import type { Rejection } from './rejection.ts';
import { maxResourceUriLength } from './resource-pattern.ts';
import { err, ok, type Result } from './result.ts';
import { missingScopes, oauthScope, unionOfScopes } from './scope.ts';
import { effectiveScopes, type ScopeHierarchy } from './scope-hierarchy.ts';
import { checkNamedTenant } from './tenant-guard.ts';

/** Who may do what. Scopes are necessary, never a promise: handlers may still refuse. */
export interface AccessPolicy {
  /** Asked for in the first challenge and listed in the metadata: what an ordinary user needs. */
  readonly everydayScopes: readonly string[];
  readonly methods: Readonly<Record<string, readonly string[]>>;
  /** On top of the method's scopes. */
  readonly tools: Readonly<Record<string, NamedRule>>;
  readonly prompts: Readonly<Record<string, NamedRule>>;
  /** Every rule whose pattern fits counts, in any order. */
  readonly resources: readonly ResourceRule[];
  /** For a method that is not listed, where that is allowed: the strongest everyday scope. */
  readonly otherwise: readonly string[];
  /** Which scopes include which. */
  readonly hierarchy: ScopeHierarchy;
  /** What happens to a method, tool, prompt or resource that no rule names. */
  readonly unlisted: 'allow' | 'deny';
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

type Check = Result<undefined, Rejection>;
const passed: Check = ok(undefined);

const isAmong = (held: readonly string[], accepted: readonly string[] | undefined): boolean =>
  accepted === undefined || accepted.some((name) => held.includes(name));

const checkMembership = (principal: Principal, rule: AccessRule): Check => {
  if (!isAmong(principal.tenant === undefined ? [] : [principal.tenant], rule.tenants))
    return err({ reason: 'tenant_not_allowed' });
  if (!isAmong(principal.groups, rule.groups))
    return err({ reason: 'group_missing', evidence: { accepted: rule.groups ?? [] } });
  return passed;
};

const firstRefusal = (checks: readonly Check[]): Check =>
  checks.find((check) => !check.ok) ?? passed;

// No pattern is tried on a longer one, so no rule could be seen to be about it.
const hasSaneLength = ({ name }: McpReference): boolean => name.length <= maxResourceUriLength;

/** Everything about a reference but its scopes: what no step-up could change. */
const checkReference = (
  principal: Principal,
  reference: McpReference,
  policy: AccessPolicy,
): Check => {
  const { rules, isListed } = rulesOf(reference, policy);
  const isAcceptable = isListed || (policy.unlisted === 'allow' && hasSaneLength(reference));
  if (!isAcceptable) return err({ reason: 'operation_unlisted' });
  return firstRefusal(
    rules.flatMap(({ rule, values, tenantName }) => [
      checkMembership(principal, rule),
      tenantName === undefined ? passed : checkNamedTenant(principal, values, tenantName),
    ]),
  );
};

const checkOperation = (
  principal: Principal,
  { method, references = [] }: McpOperation,
  policy: AccessPolicy,
): Check => {
  if (policy.unlisted === 'deny' && method !== undefined) {
    // Another language may read `["name"]` as a name where we see none.
    const isNameless = namesOneThing(method) && references.length === 0;
    // A method of the server's own may do what one of its tools does.
    if (isNameless || !Object.hasOwn(policy.methods, method))
      return err({ reason: 'operation_unlisted' });
  }
  return firstRefusal(references.map((item) => checkReference(principal, item, policy)));
};

const scopesOf = (
  { method, references = [] }: McpOperation,
  policy: AccessPolicy,
): readonly string[] => {
  if (method === undefined) return [];
  const needed = Object.hasOwn(policy.methods, method) ? policy.methods[method] : policy.otherwise;
  const named = references.flatMap((item) =>
    rulesOf(item, policy).rules.map(({ rule }) => rule.scopes ?? []),
  );
  return unionOfScopes(needed as readonly string[], ...named);
};

/** All scopes that a request needs, batches included. */
export const requiredScopes = (
  operations: readonly McpOperation[],
  policy: AccessPolicy,
): readonly string[] =>
  unionOfScopes(...operations.map((operation) => scopesOf(operation, policy)));

/**
 * Whether the caller may perform every one of the operations. Pure; a batch is decided like the
 * union of its messages, and a wider grant never gets less.
 *
 * Groups, tenants and unlisted names are decided first, without a challenge: no login could change
 * them. A lack of scopes names those already granted plus those that are missing, because clients
 * built on SDK v1 ask for exactly the challenged set and would otherwise trade old scopes for new.
 *
 * @see [RFC 6750 §3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1)
 */
export const authorizeOperations = (
  principal: Principal,
  operations: readonly McpOperation[],
  policy: AccessPolicy,
): Check => {
  const refusal = firstRefusal(operations.map((item) => checkOperation(principal, item, policy)));
  if (!refusal.ok) return refusal;
  const needed = requiredScopes(operations, policy);
  const missing = missingScopes(needed, effectiveScopes(principal.scopes, policy.hierarchy));
  if (missing.length === 0) return passed;
  return err({
    reason: 'scope_insufficient',
    requiredScopes: unionOfScopes(principal.scopes, missing),
    evidence: { missing, held: principal.scopes },
  });
};

/**
 * Whether the caller could ever use a tool, prompt or resource: now, or after asking for more
 * scopes. A machine client cannot ask, so for it the scopes it has are all there will ever be.
 */
export const isReachable = (
  principal: Principal,
  reference: McpReference,
  policy: AccessPolicy,
): boolean => {
  if (!checkReference(principal, reference, policy).ok) return false;
  if (!principal.isMachine) return true;
  const needed = rulesOf(reference, policy).rules.flatMap(({ rule }) => rule.scopes ?? []);
  return missingScopes(needed, effectiveScopes(principal.scopes, policy.hierarchy)).length === 0;
};
