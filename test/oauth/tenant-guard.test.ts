import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkNamedTenant, sameTenant } from '../../oauth/tenant-guard.ts';

const ada = { tenant: 'acme' };

describe('sameTenant', () => {
  it('accepts the tenant of the caller and nothing else, because tenants are compared exactly', () => {
    expect(sameTenant(ada, 'acme').ok).toBe(true);
    fc.assert(
      fc.property(fc.anything(), (requested) => {
        fc.pre(requested !== 'acme');
        expect(sameTenant(ada, requested)).toMatchObject({ error: { reason: 'tenant_mismatch' } });
      }),
    );
  });

  it.each([undefined, null, '', 'acme'])(
    'gives a caller without a tenant nothing that names %j, because two unknowns are not one tenant',
    (requested) => {
      expect(sameTenant({}, requested).ok).toBe(false);
      expect(sameTenant({ tenant: '' }, requested).ok).toBe(false);
    },
  );

  it('records both tenants, because whoever investigates needs to know the direction', () => {
    expect(sameTenant(ada, 'evil')).toMatchObject({
      error: { evidence: { callerTenant: 'acme', requestedTenant: 'evil' } },
    });
    expect(sameTenant(ada, { $ne: '' })).toMatchObject({
      error: { evidence: { requestedTenant: '(object)' } },
    });
  });
});

describe('checkNamedTenant', () => {
  it.each([undefined, {}, { other: 'evil' }, { tenant: undefined }, { tenant: 'acme' }])(
    'passes %j, because nothing disagrees with the caller',
    (values) => expect(checkNamedTenant(ada, values, 'tenant').ok).toBe(true),
  );

  it.each([null, '', 'ACME', ' acme', 'acme\u0000', ['acme'], ['acme', 'evil'], 0, true])(
    'refuses %j, because it may mean another tenant, or all of them',
    (tenant) => expect(checkNamedTenant(ada, { tenant }, 'tenant').ok).toBe(false),
  );

  it('does not find a tenant in the prototype', () => {
    expect(checkNamedTenant(ada, Object.create({ tenant: 'evil' }), 'tenant').ok).toBe(true);
    expect(checkNamedTenant(ada, {}, 'constructor').ok).toBe(true);
  });
});
