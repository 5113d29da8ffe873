import { describe, expect, it } from 'vitest';
import {
  boundedLifetime,
  documentLifetime,
} from '../../../lambda/authorization-server/clients/document-lifetime.ts';

describe('how long a document may be kept', () => {
  it.each<
    [cacheControl: string | undefined, age: string | undefined, seconds: number, why: string]
  >([
    [undefined, undefined, 300, 'the publisher said nothing'],
    ['public', undefined, 300, 'the publisher gave no time'],
    ['max-age=600', undefined, 600, 'the publisher said so'],
    ['Public, MAX-AGE=600', undefined, 600, 'directives have no case'],
    ['max-age="600"', undefined, 600, 'RFC 9111 §5.2 allows quotes'],
    ['max-age=600', '100', 500, 'it was kept by somebody else before'],
    ['max-age=600', '700', 60, 'it was stale when it came'],
    ['max-age=600', 'x', 600, 'an age that is not a number is none'],
    ['max-age=0', undefined, 60, 'one fetch per sign-in would be a burden for both'],
    ['max-age=1', undefined, 60, 'one fetch per sign-in would be a burden for both'],
    ['no-cache', undefined, 60, 'nothing is revalidated here'],
    ['max-age=31536000', undefined, 86_400, 'a withdrawn redirect URI must not live a year'],
    ['max-age=99999999999999', undefined, 300, 'that is not a time'],
    ['max-age=-1', undefined, 300, 'that is not a time'],
    ['max-age=x', undefined, 300, 'that is not a time'],
    ['no-store', undefined, 0, 'the publisher forbids it'],
    ['max-age=600, no-store', undefined, 0, 'the stricter directive wins'],
    ['No-Store', '5', 0, 'directives have no case'],
    ['x-no-store', undefined, 300, 'that is another directive'],
  ])('reads %j with age %j as %d seconds, because %s', (cacheControl, age, seconds) => {
    expect(documentLifetime({ 'cache-control': cacheControl, age })).toBe(seconds);
  });

  it('keeps every lifetime but 0 between a minute and a day', () => {
    expect([0, 1, 60, 61, 86_400, 1e9].map(boundedLifetime)).toEqual([
      0, 60, 60, 61, 86_400, 86_400,
    ]);
  });
});
