import { type AccessPolicy, authorizeOperations } from '../oauth/access-policy.ts';
import type { McpOperation } from '../oauth/mcp-operation.ts';
import type { Principal } from '../oauth/principal.ts';
import type { Rejection } from '../oauth/rejection.ts';
import type { Result } from '../oauth/result.ts';

/** May it? ⑥ in the figure: all operations of one request, or the scopes that would be needed. */
export type Authorize = (
  principal: Principal,
  operations: readonly McpOperation[],
) => Result<undefined, Rejection>;

/** Binds the rule to a policy. Everything else is in `oauth/access-policy.ts`. */
export const createAuthorize =
  (policy: AccessPolicy): Authorize =>
  (principal, operations) =>
    authorizeOperations(principal, operations, policy);
