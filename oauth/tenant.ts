import { err, ok, type Result } from './result.ts';

/**
 * Which tenant somebody belongs to, from data that only an administrator can write: group
 * membership, the identity provider that vouched for the user, or the operator's configuration.
 * Anything but exactly one answer is no tenant: guessing would put a user into somebody else's.
 */

export const tenantGroupPrefix = 'tenant:';

export type TenantRefusal = 'tenant_missing' | 'tenant_ambiguous' | 'tenant_malformed';

// No separators, quotes or white space: the id ends up in storage keys and log queries.
const tenantId = /^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/;

export const isTenantId = (value: string): boolean => tenantId.test(value);

/** What is known about a user, all of it server-side. */
export interface TenantEvidence {
  readonly groups: readonly string[];
  /** Names of the identity providers that vouched for this user; empty for a local user. */
  readonly identityProviders: readonly string[];
}

const single = (candidates: readonly string[]): Result<string, TenantRefusal> => {
  const tenants = [...new Set(candidates)];
  if (!tenants.every(isTenantId)) return err('tenant_malformed');
  const [tenant, ...others] = tenants;
  if (tenant === undefined) return err('tenant_missing');
  return others.length === 0 ? ok(tenant) : err('tenant_ambiguous');
};

/**
 * The tenant of a user: named by the one group `tenant:<id>`, or by the identity provider that the
 * operator has mapped to a tenant. Both may speak as long as they agree.
 *
 * Does not look at attributes or client metadata: users and clients can write those.
 */
export const tenantOfUser = (
  evidence: TenantEvidence,
  identityProviderTenants: Readonly<Record<string, string>>,
): Result<string, TenantRefusal> =>
  single([
    ...evidence.groups
      .filter((group) => group.startsWith(tenantGroupPrefix))
      .map((group) => group.slice(tenantGroupPrefix.length)),
    ...evidence.identityProviders
      // `constructor` is a legal provider name and must not find Object.prototype.
      .filter((name) => Object.hasOwn(identityProviderTenants, name))
      .map((name) => identityProviderTenants[name] as string),
  ]);

/** The tenant an operator has written down for a machine client, if any. */
export const tenantOfMachineClient = (tenant: string | undefined): Result<string, TenantRefusal> =>
  single(tenant === undefined ? [] : [tenant]);
