import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ResourcePattern,
  resourcePattern,
  spellingsOf,
} from '../../oauth/resource-pattern.ts';

const pattern = (source: string): ResourcePattern => {
  const compiled = resourcePattern(source);
  if (!compiled.ok) throw new Error(compiled.error);
  return compiled.value;
};

describe('resourcePattern', () => {
  it.each([
    ['notes://all', 'notes://all', {}],
    ['notes://{tenant}/{id}', 'notes://acme/7', { tenant: 'acme', id: '7' }],
    ['notes://{tenant}/{id}', 'notes://acme/7/8', undefined],
    ['notes://{tenant}/{id}', 'notes:///7', undefined],
    ['files://{+path}', 'files://a/b?c#d', { path: 'a/b?c#d' }],
    ['a.b://x', 'aXb://x', undefined],
    ['notes://all', 'notes://all\n', undefined],
  ])('%s on %s yields %j', (source, uri, values) => {
    expect(pattern(source).match(uri)).toEqual(values);
  });

  it.each([
    ['', 'empty'],
    ['a://{x}{y}', 'one variable in a path segment'],
    ['a://{x}-{y}', 'one variable in a path segment'],
    ['a://{+rest}/x', 'at its end only'],
    ['a://{x}/{x}', 'twice'],
    ['a://{?q}', 'may only use'],
    ['a://{x', 'may only use'],
  ])('refuses %j, because it could be ambiguous or slow', (source, problem) => {
    expect(resourcePattern(source)).toMatchObject({ error: expect.stringContaining(problem) });
  });

  it('matches hostile URIs in no time, because anybody may send one', () => {
    const many = pattern(`a://${'{a}/{b}/{c}/{d}/{e}/{f}/{+g}'}`);
    const startedAt = performance.now();
    for (const filler of ['/', 'a', 'a/', '//a'])
      many.match(`a://${filler.repeat(8000 / filler.length)}\n`);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});

describe('spellingsOf', () => {
  it.each([
    ['notes:///acme/../evil/1', 'notes:///evil/1'],
    ['notes:///acme/%2e%2e/evil/1', 'notes:///evil/1'],
    ['notes:///%65vil/1', 'notes:///evil/1'],
    ['notes:///acme/..%2fevil/1', 'notes:///evil/1'],
    ['notes:///%65vil/%zz', 'notes:///evil/%zz'],
    ['notes:///%65vil/%ff', 'notes:///evil/\ufffd'],
    ['NOTES://all', 'notes://all'],
  ])('%s may be read as %s', (uri, reading) => {
    expect(spellingsOf(uri)).toContain(reading);
  });

  it('always holds the URI as it came, and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(spellingsOf(`x://${text}`)).toContain(`x://${text}`);
      }),
    );
  });
});
