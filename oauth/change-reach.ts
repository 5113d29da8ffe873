import type { Principal } from './principal.ts';

/**
 * Who may learn that something has changed. That it changed at all is a fact about somebody's data: a
 * listener of another tenant must not even learn that there is life next door.
 */
export type ChangeReach =
  | { readonly kind: 'everybody' }
  | { readonly kind: 'tenant'; readonly tenant: string }
  | {
      readonly kind: 'subject';
      readonly issuer: string;
      readonly subject: string;
      /** Null where there is no tenancy: one person in two tenants is two listeners. */
      readonly tenant: string | null;
    };

type Known = Pick<Principal, 'issuer' | 'subject' | 'tenant'>;

/** The caller alone. */
export const subjectReach = ({ issuer, subject, tenant }: Known): ChangeReach => ({
  kind: 'subject',
  issuer,
  subject,
  tenant: tenant ?? null,
});

/** The caller's tenant. A caller without one reaches nobody else. */
export const tenantReach = (caller: Known): ChangeReach =>
  caller.tenant === undefined || caller.tenant === ''
    ? subjectReach(caller)
    : { kind: 'tenant', tenant: caller.tenant };

/** Whether a listener may learn of a change. Compared exactly. */
export const isWithinReach = (listener: Known, reach: ChangeReach): boolean => {
  switch (reach.kind) {
    case 'everybody':
      return true;
    case 'tenant':
      return listener.tenant === reach.tenant;
    case 'subject':
      return (
        listener.issuer === reach.issuer &&
        listener.subject === reach.subject &&
        (listener.tenant ?? null) === reach.tenant
      );
  }
};

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** Reads what another process has written. Undefined for anything else: then nobody hears of it. */
export const parseChangeReach = (value: unknown): ChangeReach | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, tenant, issuer, subject } = value as Readonly<Record<string, unknown>>;
  if (kind === 'everybody') return { kind };
  if (kind === 'tenant') return isText(tenant) ? { kind, tenant } : undefined;
  if (kind !== 'subject' || !isText(issuer) || !isText(subject)) return undefined;
  return tenant === null || isText(tenant) ? { kind, issuer, subject, tenant } : undefined;
};
