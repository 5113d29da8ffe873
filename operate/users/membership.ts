import { tenantGroupPrefix } from '../../oauth/tenant.ts';
import { printable, Refusal } from '../problem.ts';

/** Which groups a user is to be in, judged before anything is written. */

export interface Membership {
  readonly tenants: readonly string[];
  readonly groups: readonly string[];
}

const isTenantGroup = (group: string): boolean => group.startsWith(tenantGroupPrefix);

export const membershipOf = (groups: readonly string[]): Membership => ({
  tenants: groups
    .filter(isTenantGroup)
    .map((group) => group.slice(tenantGroupPrefix.length))
    .sort(),
  groups: groups.filter((group) => !isTenantGroup(group)).sort(),
});

const listed = (names: readonly string[]): string =>
  names.length === 0 ? 'none' : printable(names.join(', '));

export interface WantedMembership {
  /** `undefined`: nothing was said. `null`: none. */
  readonly tenant: string | null | undefined;
  readonly groups: readonly string[];
}

/**
 * The names of the groups that make up what is wanted. Guarantees: each exists in the pool, at most
 * one is a tenant's, and where there are tenants the absence of one was asked for.
 *
 * @param existing all groups of the pool
 * @throws Refusal which says what there is instead
 */
export const checkedGroups = (
  { tenant, groups }: WantedMembership,
  existing: readonly string[],
): readonly string[] => {
  const pool = membershipOf(existing);
  if (tenant === undefined && pool.tenants.length > 0)
    throw new Refusal(
      `this user pool has tenants (${listed(pool.tenants)}). Say which with --tenant, or --no-tenant`,
    );
  if (typeof tenant === 'string' && !pool.tenants.includes(tenant))
    throw new Refusal(
      `there is no tenant ${tenant} in this user pool. Tenants: ${listed(pool.tenants)}. A tenant is added where the server is configured`,
    );
  const missing = groups.filter((group) => !pool.groups.includes(group));
  if (missing.length > 0)
    throw new Refusal(
      `there is no group ${listed(missing)} in this user pool. Groups: ${listed(pool.groups)}. A group is added where the server is configured`,
    );
  return [...(typeof tenant === 'string' ? [tenantGroupPrefix + tenant] : []), ...groups];
};

/** What has to change to get from one list to another. */
export const difference = (current: readonly string[], wanted: readonly string[]) => ({
  added: wanted.filter((group) => !current.includes(group)),
  removed: current.filter((group) => !wanted.includes(group)),
});
