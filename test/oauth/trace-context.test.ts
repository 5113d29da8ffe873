import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { traceId } from '../../oauth/trace-context.ts';

const id = '4bf92f3577b34da6a3ce929d0e0e4736';
const parent = '00f067aa0ba902b7';

describe('traceId', () => {
  it('reads version 00, and later versions with more fields', () => {
    expect(traceId(`00-${id}-${parent}-01`)).toBe(id);
    expect(traceId(`cc-${id}-${parent}-01-what-the-future-brings`)).toBe(id);
  });

  it.each([
    undefined,
    null,
    '',
    id,
    `00-${id.toUpperCase()}-${parent}-01`,
    `00-${id}-${parent}`,
    `00-${id}-${parent}-01-more`,
    `00-${id}-${parent}-01-`,
    `00-${'0'.repeat(32)}-${parent}-01`,
    `00-${id}-${'0'.repeat(16)}-01`,
    `ff-${id}-${parent}-01`,
    ` 00-${id}-${parent}-01`,
    `00-${id}-${parent}-01\n`,
    `cc-${id}-${parent}-01.`,
    `00-${id}x-${parent}-01`,
  ])('ignores %j, because a repaired header could carry text into the log', (traceparent) => {
    expect(traceId(traceparent)).toBeUndefined();
  });

  it('yields 32 hex digits or nothing, whatever it gets', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(traceId(text) ?? id).toMatch(/^[0-9a-f]{32}$/);
      }),
    );
  });
});
