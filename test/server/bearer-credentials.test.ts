import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bearerCredentials } from '../../server/bearer-credentials.ts';

const credentials = (authorization: string | null, query = '', duplicateAuthorization = false) => {
  const result = bearerCredentials({
    authorization,
    duplicateAuthorization,
    query: new URLSearchParams(query),
  });
  return result.ok ? `token ${result.value}` : result.error.reason;
};

describe('bearerCredentials', () => {
  it.each([
    ['Bearer abc.def.ghi', 'token abc.def.ghi'],
    ['bearer abc', 'token abc'],
    ['BEARER abc==', 'token abc=='],
    [null, 'token_missing'],
    ['', 'token_missing'],
    ['Basic YTpi', 'token_missing'],
    ['DPoP abc', 'token_missing'],
    ['Bearerabc', 'token_missing'],
    ['Bearer', 'malformed'],
    ['Bearer ', 'malformed'],
    ['Bearer  abc', 'malformed'],
    ['Bearer\tabc', 'token_missing'],
    ['Bearer abc def', 'malformed'],
    ['Bearer abc, Bearer def', 'malformed'],
    ['Bearer abc,def', 'malformed'],
    ['Bearer "abc"', 'malformed'],
    ['Bearer =abc', 'malformed'],
    ['Bearer abc=d', 'malformed'],
    ['Bearer äbc', 'malformed'],
  ])('reads %j as %s', (authorization, outcome) => {
    expect(credentials(authorization)).toBe(outcome);
  });

  it('refuses a token in the URL, with or without one in the header, because URLs end up in logs', () => {
    expect(credentials(null, 'access_token=abc')).toBe('in_query');
    expect(credentials('Bearer abc', 'a=b&access%5Ftoken=abc')).toBe('in_query');
    expect(credentials('Bearer abc', 'access_token')).toBe('in_query');
  });

  it('refuses two Authorization fields, because two readers may pick different ones', () => {
    expect(credentials('Bearer abc', '', true)).toBe('duplicate_header');
  });

  it('never hands out anything but a b64token, whatever it gets', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `Bearer ${text}`),
        ),
        (text) => {
          const outcome = credentials(text);
          if (outcome.startsWith('token '))
            expect(outcome).toMatch(/^token [A-Za-z0-9\-._~+/]+=*$/);
        },
      ),
    );
  });

  it('hands out every b64token unchanged', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9\-._~+/]+=*$/), (token) => {
        expect(credentials(`Bearer ${token}`)).toBe(`token ${token}`);
      }),
    );
  });
});
