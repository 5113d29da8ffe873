import { describe, expect, it, vi } from 'vitest';
import { remembering } from '../../oauth/remembering.ts';

describe('a function that remembers', () => {
  it('computes what it is asked again only once, also when the answer is that there is none', () => {
    const compute = vi.fn((text: string) => (text === 'nobody' ? undefined : text.length));
    const lengthOf = remembering(4, compute);
    expect(['ada', 'nobody', 'ada', 'nobody'].map(lengthOf)).toEqual([3, undefined, 3, undefined]);
    expect(compute).toHaveBeenCalledTimes(2);
  });

  it('forgets what was not asked for long, because anybody can make up texts', () => {
    const compute = vi.fn((text: string) => text);
    const same = remembering(2, compute);
    for (const text of ['a', 'b', 'c', 'd', 'e']) same(text);
    compute.mockClear();
    same('a');
    expect(compute).toHaveBeenCalledTimes(1);
  });

  it('keeps what is asked often, whatever else comes', () => {
    const compute = vi.fn((text: string) => text);
    const same = remembering(2, compute);
    for (const text of ['a', 'x', 'a', 'y', 'a', 'z', 'a', 'v', 'a', 'w', 'a']) same(text);
    expect(compute.mock.calls.filter(([text]) => text === 'a')).toHaveLength(1);
  });
});
