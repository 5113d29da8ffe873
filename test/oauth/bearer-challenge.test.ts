import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bearerChallenge } from '../../oauth/bearer-challenge.ts';

const resourceMetadataUrl = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp';

describe('bearerChallenge', () => {
  it('leaves error out when none is given (RFC 6750 §3.1)', () => {
    expect(bearerChallenge({ resourceMetadataUrl, scopes: ['a', 'b'] })).toBe(
      `Bearer scope="a b", resource_metadata="${resourceMetadataUrl}"`,
    );
  });

  it('puts error and description first, then scope, then the metadata URL', () => {
    const challenge = { resourceMetadataUrl, scopes: ['a'], error: 'e', errorDescription: 'd' };
    expect(bearerChallenge(challenge)).toBe(
      `Bearer error="e", error_description="d", scope="a", resource_metadata="${resourceMetadataUrl}"`,
    );
  });

  it('leaves scope out when there is nothing to ask for', () => {
    expect(bearerChallenge({ resourceMetadataUrl, scopes: [] })).not.toContain('scope');
  });

  it('is one header value without control characters or stray quotes, whatever goes in', () => {
    const text = fc.string({ unit: 'binary' });
    const syntax =
      /^Bearer [a-z_]+="[\x20\x21\x23-\x5B\x5D-\x7E]*"(, [a-z_]+="[\x20\x21\x23-\x5B\x5D-\x7E]*")*$/;
    fc.assert(
      fc.property(text, text, fc.array(text), text, (error, errorDescription, scopes, url) => {
        const value = bearerChallenge({
          resourceMetadataUrl: url,
          scopes,
          error,
          errorDescription,
        });
        expect(value).toMatch(syntax);
        expect(() => new Headers({ 'www-authenticate': value })).not.toThrow();
      }),
    );
  });

  it('cannot be split by CR or LF (CWE-113)', () => {
    const errorDescription = 'x"\r\nSet-Cookie: a=b\r\n\r\n';
    const value = bearerChallenge({
      resourceMetadataUrl,
      scopes: ['a\r\nb'],
      error: 'e',
      errorDescription,
    });
    expect(value).not.toMatch(/[\r\n]/);
  });
});
