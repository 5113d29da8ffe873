import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTenantId, tenantOfMachineClient, tenantOfUser } from '../../oauth/tenant.ts';

const providers = { EntraId: 'acme', Okta: 'globex' };
const tenantOf = (groups: string[], identityProviders: string[] = []) =>
  tenantOfUser({ groups, identityProviders }, providers);

describe('the tenant of a user', () => {
  it('is the one named by a tenant: group, because only administrators put users into groups', () => {
    expect(tenantOf(['readers', 'tenant:acme'])).toEqual({ ok: true, value: 'acme' });
  });

  it('is that of the identity provider, because the provider vouches for its own people', () => {
    expect(tenantOf([], ['EntraId'])).toEqual({ ok: true, value: 'acme' });
  });

  it('may be named twice as long as both agree', () => {
    expect(tenantOf(['tenant:acme', 'tenant:acme'], ['EntraId'])).toEqual({
      ok: true,
      value: 'acme',
    });
  });

  it('is nobody when nothing names one', () => {
    expect(tenantOf(['readers', 'tenants', 'Tenant:acme'], ['Unmapped'])).toEqual({
      ok: false,
      error: 'tenant_missing',
    });
  });

  it.each([
    ['two groups', ['tenant:acme', 'tenant:globex'], []],
    ['a group and an identity provider', ['tenant:acme'], ['Okta']],
    ['two identity providers', [], ['EntraId', 'Okta']],
  ])(
    'is nobody when %s disagree, because choosing one would open the other',
    (_what, groups, idps) => {
      expect(tenantOf(groups, idps)).toEqual({ ok: false, error: 'tenant_ambiguous' });
    },
  );

  it.each([
    'tenant:',
    'tenant: acme',
    'tenant:a/b',
    'tenant:../x',
    'tenant:a"b',
    'tenant:-a',
    `tenant:${'a'.repeat(122)}`,
  ])(
    'is nobody for the group %j, even next to a good one, because ids end up in keys and queries',
    (group) => {
      expect(tenantOf([group])).toEqual({ ok: false, error: 'tenant_malformed' });
      expect(tenantOf([group, 'tenant:acme'])).toEqual({ ok: false, error: 'tenant_malformed' });
    },
  );

  it.each(['constructor', '__proto__', 'toString'])(
    'does not find the provider %s in Object.prototype',
    (name) => {
      expect(tenantOf([], [name])).toEqual({ ok: false, error: 'tenant_missing' });
    },
  );

  it('never depends on the order of groups, because Cognito promises none', () => {
    const group = fc.constantFrom('tenant:a', 'tenant:b', 'tenant:', 'readers', 'tenant:a/b');
    fc.assert(
      fc.property(fc.array(group), (groups) => {
        expect(tenantOf([...groups].reverse())).toEqual(tenantOf(groups));
      }),
    );
  });

  it('is never guessed: with two different tenant groups the answer is always a refusal', () => {
    const id = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    fc.assert(
      fc.property(id, id, fc.array(fc.string()), (a, b, others) => {
        fc.pre(a !== b);
        expect(tenantOf([`tenant:${a}`, ...others, `tenant:${b}`]).ok).toBe(false);
      }),
    );
  });
});

describe('the tenant of a machine client', () => {
  it('is what the operator wrote down', () => {
    expect(tenantOfMachineClient('acme')).toEqual({ ok: true, value: 'acme' });
    expect(tenantOfMachineClient(undefined)).toEqual({ ok: false, error: 'tenant_missing' });
    expect(tenantOfMachineClient('a b')).toEqual({ ok: false, error: 'tenant_malformed' });
  });
});

describe('tenant ids', () => {
  it('fit the claim check of the resource server, because a longer one would lock its users out', () => {
    expect(isTenantId('a'.repeat(121))).toBe(true);
    expect(isTenantId('a'.repeat(122))).toBe(false);
    expect(isTenantId('acme\n')).toBe(false);
  });
});
