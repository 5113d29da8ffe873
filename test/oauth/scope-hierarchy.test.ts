import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectiveScopes } from '../../oauth/scope-hierarchy.ts';

const name: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const names = fc.uniqueArray(name);
const hierarchy = fc.dictionary(name, names);
const sorted = (list: readonly string[]) => [...list].sort();

describe('effectiveScopes', () => {
  it('follows chains and survives circles', () => {
    const chain = { a: ['b'], b: ['c'], c: ['a'] };
    expect(effectiveScopes(['b'], chain)).toEqual(['b', 'c', 'a']);
    expect(effectiveScopes(['x'], chain)).toEqual(['x']);
    expect(effectiveScopes(['constructor'], {})).toEqual(['constructor']);
  });

  it('is a closure: it loses nothing, grows with what is granted, and is the same when repeated', () => {
    fc.assert(
      fc.property(names, names, hierarchy, (some, more, includes) => {
        const effective = effectiveScopes(some, includes);
        expect(effective).toEqual(expect.arrayContaining([...some]));
        expect(effectiveScopes([...some, ...more], includes)).toEqual(
          expect.arrayContaining([...effective]),
        );
        expect(sorted(effectiveScopes(effective, includes))).toEqual(sorted(effective));
      }),
    );
  });

  it('grants exactly what can be reached from what was granted', () => {
    fc.assert(
      fc.property(names, hierarchy, (granted, includes) => {
        const effective = effectiveScopes(granted, includes);
        const isReached = (scope: string): boolean =>
          granted.includes(scope) ||
          effective.some((from) => from !== scope && (includes[from] ?? []).includes(scope));
        expect(effective.every(isReached)).toBe(true);
      }),
    );
  });
});
