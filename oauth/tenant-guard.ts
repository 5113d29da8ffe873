import type { Principal } from './principal.ts';
import type { Rejection } from './rejection.ts';
import { err, ok, type Result } from './result.ts';

/**
 * Whether something that belongs to a tenant is the caller's. Compared exactly: no case folding, no
 * decoding, no list of tenants. A caller without a tenant owns nothing that has one, and nobody
 * owns a record that names no tenant: a forgotten column must not become everybody's data.
 *
 * Does not say what the client gets to see: where existence is a secret, answer as if there were
 * no such thing.
 *
 * @example
 * const owned = sameTenant(principal, invoice.tenant);
 * if (!owned.ok) return notFound();
 */
export const sameTenant = (
  principal: Pick<Principal, 'tenant'>,
  requested: unknown,
): Result<undefined, Rejection> => {
  const { tenant } = principal;
  if (tenant !== undefined && tenant !== '' && requested === tenant) return ok(undefined);
  return err({
    reason: 'tenant_mismatch',
    evidence: {
      callerTenant: tenant ?? 'none',
      requestedTenant: typeof requested === 'string' ? requested : `(${typeof requested})`,
    },
  });
};

/**
 * Checks the argument or variable that names a tenant. Absent is fine, since then there is nothing
 * to disagree with; anything else than the caller's own tenant, `null` and lists included, is not.
 */
export const checkNamedTenant = (
  principal: Pick<Principal, 'tenant'>,
  values: Readonly<Record<string, unknown>> | undefined,
  name: string,
): Result<undefined, Rejection> => {
  if (values === undefined || !Object.hasOwn(values, name) || values[name] === undefined)
    return ok(undefined);
  return sameTenant(principal, values[name]);
};
