import { describe, expect, it } from 'vitest';
import {
  isWithinReach,
  parseChangeReach,
  subjectReach,
  tenantReach,
} from '../../oauth/change-reach.ts';

const issuer = 'https://issuer.example.com';
const ada = { issuer, subject: 'ada', tenant: 'acme' };
const bob = { issuer, subject: 'bob', tenant: 'acme' };
const eve = { issuer, subject: 'eve', tenant: 'evil' };
const nobody = { issuer, subject: 'ada' };

describe('who learns of a change', () => {
  it('everybody of the tenant, and nobody of another', () => {
    const reach = tenantReach(ada);
    expect([ada, bob, eve, nobody].map((listener) => isWithinReach(listener, reach))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('the caller alone where there is no tenant, because there is nobody to share with', () => {
    const reach = tenantReach(nobody);
    expect([ada, bob, eve, nobody].map((listener) => isWithinReach(listener, reach))).toEqual([
      false,
      false,
      false,
      true,
    ]);
    expect(tenantReach({ ...nobody, tenant: '' })).toMatchObject({ kind: 'subject' });
  });

  it('the same person only at the same issuer and in the same tenant', () => {
    const reach = subjectReach(ada);
    expect(isWithinReach(ada, reach)).toBe(true);
    for (const other of [
      { issuer: 'https://other.example.com' },
      { tenant: 'evil' },
      { subject: 'Ada' },
    ])
      expect(isWithinReach({ ...ada, ...other }, reach)).toBe(false);
  });

  it('everybody only when that is said', () => {
    for (const listener of [ada, eve, nobody])
      expect(isWithinReach(listener, { kind: 'everybody' })).toBe(true);
  });
});

describe('a reach that another process wrote', () => {
  it('comes back as it was', () => {
    for (const reach of [
      tenantReach(ada),
      subjectReach(ada),
      subjectReach(nobody),
      { kind: 'everybody' },
    ])
      expect(parseChangeReach(JSON.parse(JSON.stringify(reach)))).toEqual(reach);
  });

  it.each([
    undefined,
    null,
    'everybody',
    {},
    { kind: 'all' },
    { kind: 'tenant' },
    { kind: 'tenant', tenant: '' },
    { kind: 'tenant', tenant: null },
    { kind: 'subject', subject: 'ada', tenant: 'acme' },
    { kind: 'subject', issuer, subject: 'ada' },
    { kind: 'subject', issuer, subject: 'ada', tenant: '' },
    { kind: 'subject', issuer, subject: ['ada'], tenant: null },
  ])('%j reaches nobody, because what is unclear must not become everybody', (value) => {
    expect(parseChangeReach(value)).toBeUndefined();
  });
});
