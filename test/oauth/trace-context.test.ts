import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  edgeRequestId,
  edgeTrace,
  isTraceId,
  loadBalancerTraceId,
  traceId,
} from '../../oauth/trace-context.ts';

const id = '4bf92f3577b34da6a3ce929d0e0e4736';
const parent = '00f067aa0ba902b7';

describe('traceId', () => {
  it('reads version 00, whatever its flags, and later versions with more fields', () => {
    expect(traceId(`00-${id}-${parent}-01`)).toBe(id);
    expect(traceId(`00-${id}-${parent}-00`)).toBe(id);
    expect(traceId(`00-${id}-${parent}-ff`)).toBe(id);
    expect(traceId(`cc-${id}-${parent}-01`)).toBe(id);
    expect(traceId(`cc-${id}-${parent}-01-what-the-future-brings`)).toBe(id);
    expect(traceId(`fe-${id}-${parent}-01-`)).toBe(id);
  });

  // What the W3C's validation suite sends in `traceparent`, told anew: header names and duplicates
  // are the concern of whoever reads the header; here is what one value may look like.
  it.each<[string, string | null | undefined]>([
    ['no header', undefined],
    ['a header that is null', null],
    ['an empty header', ''],
    ['only an id', id],
    ['version ff, which is forbidden', `ff-${id}-${parent}-01`],
    ['a version with characters that are no hexadecimal', `.0-${id}-${parent}-01`],
    ['a version with an upper-case digit', `0A-${id}-${parent}-01`],
    ['a version that is too long', `000-${id}-${parent}-01`],
    ['a version that is too short', `0-${id}-${parent}-01`],
    ['an id of zeros', `00-${'0'.repeat(32)}-${parent}-01`],
    ['an id with a character that is no hexadecimal', `00-.${id.slice(1)}-${parent}-01`],
    ['an id in upper case', `00-${id.toUpperCase()}-${parent}-01`],
    ['an id that is too long', `00-${id}x-${parent}-01`],
    ['an id that is too short', `00-${id.slice(1)}-${parent}-01`],
    ['a parent of zeros', `00-${id}-${'0'.repeat(16)}-01`],
    ['a parent with a character that is no hexadecimal', `00-${id}-.${parent.slice(1)}-01`],
    ['a parent that is too long', `00-${id}-${parent}0-01`],
    ['a parent that is too short', `00-${id}-${parent.slice(1)}-01`],
    ['flags with a character that is no hexadecimal', `00-${id}-${parent}-.0`],
    ['flags in upper case', `00-${id}-${parent}-0A`],
    ['flags that are too long', `00-${id}-${parent}-001`],
    ['flags that are too short', `00-${id}-${parent}-1`],
    ['no flags', `00-${id}-${parent}`],
    ['version 00 with more fields', `00-${id}-${parent}-01-more`],
    ['version 00 with an empty field more', `00-${id}-${parent}-01-`],
    ['a later version whose flags do not end', `cc-${id}-${parent}-01.`],
    ['a later version with a longer flag field', `cc-${id}-${parent}-01what-the-future-brings`],
    ['white space before', ` 00-${id}-${parent}-01`],
    ['a tab before', `\t00-${id}-${parent}-01`],
    ['white space after', `00-${id}-${parent}-01 `],
    ['a line break after', `00-${id}-${parent}-01\n`],
    ['two headers in one', `00-${id}-${parent}-01,00-${id}-${parent}-01`],
  ])('ignores %s, because a repaired header could carry text into the log', (_, traceparent) => {
    expect(traceId(traceparent)).toBeUndefined();
  });

  it('yields what isTraceId accepts, or nothing, whatever it gets', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(isTraceId(traceId(text) ?? id)).toBe(true);
      }),
    );
    for (const text of [undefined, '', id.toUpperCase(), `${id}0`, '0'.repeat(32), `${id}\n`])
      expect(isTraceId(text)).toBe(false);
  });
});

describe('the ids of the edge', () => {
  const cloudFront = 'VYhHbGV0b25zQ2xvdWRGcm9udElk0123456789abcdefghij_-A==';

  it.each([
    [cloudFront, cloudFront],
    [cloudFront.slice(0, 20), cloudFront.slice(0, 20)],
    ['short', undefined],
    ['x'.repeat(99), undefined],
    [`${cloudFront}\n`, undefined],
    ['{"forged":"a security event"}', undefined],
    [null, undefined],
  ])('x-amz-cf-id %j is %j', (header, expected) => {
    expect(edgeRequestId(header)).toBe(expected);
  });

  const root = '1-67891233-abcdef012345678912345678';

  it.each([
    [`Root=${root}`, root],
    [`Self=1-67891233-12456789abcdef012345678a;Root=${root};CalledFrom=app`, root],
    [`Root=${root.toUpperCase()}`, undefined],
    [`Root=${root}0`, undefined],
    ['Root=anything', undefined],
    [`root=${root}`, undefined],
    ['', undefined],
    [null, undefined],
    [`${'x'.repeat(600)};Root=${root}`, undefined],
  ])('x-amzn-trace-id %j has the root %j', (header, expected) => {
    expect(loadBalancerTraceId(header)).toBe(expected);
  });

  it('are members of the event only when they are there', () => {
    expect(edgeTrace(new Headers())).toEqual({});
    expect(
      edgeTrace(new Headers({ 'X-Amz-Cf-Id': cloudFront, 'X-Amzn-Trace-Id': `Root=${root}` })),
    ).toEqual({ edgeRequestId: cloudFront, loadBalancerTraceId: root });
  });
});
