import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspectCompactToken, maxCompactTokenLength } from '../../oauth/compact-token.ts';
import { encoded, issuer } from '../support/tokens.ts';

const header = { alg: 'RS256', kid: 'key-1' };
const claims = { iss: issuer };
const token = (changes: object = {}, claimChanges: object = {}, signature = 'c2ln') =>
  `${encoded({ ...header, ...changes })}.${encoded({ ...claims, ...claimChanges })}.${signature}`;

const reasonOf = (compact: string): string => {
  const inspected = inspectCompactToken(compact, [issuer]);
  return inspected.ok ? 'accepted' : inspected.error.reason;
};

describe('inspectCompactToken', () => {
  it('hands out the key id, the issuer and the parts of an ordinary token', () => {
    const compact = token();
    const parts = { header, claims, segments: compact.split('.') };
    expect(inspectCompactToken(compact, [issuer])).toEqual({
      ok: true,
      value: { keyId: 'key-1', issuer, parts },
    });
  });

  it('takes a claim called __proto__ for a claim, because whoever inherits claims can be given some', () => {
    const payload = `{"iss":"${issuer}","__proto__":{"sub":"root"}}`;
    const [head, , signature] = token().split('.');
    const middle = Buffer.from(payload).toString('base64url');
    const inspected = inspectCompactToken(`${head}.${middle}.${signature}`, [issuer]);
    expect(inspected.ok && inspected.value.parts.claims.sub).toBeUndefined();
  });

  it.each(['JWT', 'at+jwt', 'application/at+jwt'])('accepts the type %s (RFC 9068 §2.1)', (typ) => {
    expect(reasonOf(token({ typ }))).toBe('accepted');
  });

  it.each([
    ['none', 'alg_not_allowed'],
    ['None', 'alg_not_allowed'],
    ['HS256', 'alg_not_allowed'],
    ['rs256', 'alg_not_allowed'],
    ['RS512', 'alg_not_allowed'],
    ['PS256', 'alg_not_allowed'],
    [undefined, 'alg_not_allowed'],
    [['RS256'], 'alg_not_allowed'],
  ])('refuses alg %j, because the algorithm is ours to choose (RFC 8725 §3.1)', (alg, reason) => {
    expect(reasonOf(token({ alg }))).toBe(reason);
  });

  it.each(['jwk', 'jku', 'x5u', 'x5c', 'x5t', 'x5t#S256', 'b64', 'zip', 'enc'])(
    'refuses the header member %s, because a token must not choose its key or its encoding',
    (member) => {
      expect(reasonOf(token({ [member]: 'x' }))).toBe('header_not_allowed');
    },
  );

  it.each([[['exp']], [[]], ['b64']])('refuses crit %j, because we understand none', (crit) => {
    expect(reasonOf(token({ crit }))).toBe('crit_unsupported');
  });

  it.each(['id+jwt', 'logout+jwt', 'jwt', 1, null, ''])('refuses the type %j', (typ) => {
    expect(reasonOf(token({ typ }))).toBe('type_wrong');
  });

  it.each([undefined, '', 7, null, 'k'.repeat(257)])('refuses the key id %j', (kid) => {
    expect(reasonOf(token({ kid }))).toBe('kid_missing');
  });

  it.each([
    undefined,
    `${issuer}/`,
    issuer.toUpperCase(),
    'https://evil.example.com',
    [issuer],
    null,
  ])('refuses the issuer %j before any key is looked up (RFC 8725 §3.8)', (iss) => {
    expect(reasonOf(token({}, { iss }))).toBe('issuer_mismatch');
  });

  it('takes an empty signature for what it is, an unsecured token (RFC 7515 §A.5)', () => {
    const inspected = inspectCompactToken(token({}, {}, ''), ['https://issuer.example']);
    expect(inspected).toMatchObject({ ok: false, error: { reason: 'alg_not_allowed' } });
  });

  it.each([
    ['nothing', ''],
    ['two segments', 'a.b'],
    ['four segments', `${token()}.x`],
    ['an encrypted token of five segments', 'a.b.c.d.e'],
    ['padding', `${token()}==`],
    ['white space', `${token()} `],
    ['a line break inside', token().replace('.', '.\n')],
    ['the other alphabet of base64', token({}, {}, 'c+/n')],
    ['a header that is no JSON', `${encoded('nope')}.${encoded(claims)}.c2ln`],
    ['a header that is a list', `${encoded([])}.${encoded(claims)}.c2ln`],
    ['claims that are null', `${encoded(header)}.${encoded('null')}.c2ln`],
    [
      'claims in invalid UTF-8',
      `${encoded(header)}.${Buffer.from([0x22, 0xff, 0x22]).toString('base64url')}.c2ln`,
    ],
  ])('refuses %s as malformed', (_, compact) => {
    expect(reasonOf(compact)).toBe('malformed');
  });

  it('refuses a second spelling of a signature, because one token must have one spelling', () => {
    // 'c2lnbg' decodes like 'c2lnbh': the last character has four unused bits.
    expect(reasonOf(token({}, {}, 'c2lnbg'))).toBe('accepted');
    expect(reasonOf(token({}, {}, 'c2lnbh'))).toBe('encoding_noncanonical');
    expect(reasonOf(token({}, {}, 'c2lnb'))).toBe('encoding_noncanonical');
  });

  it('refuses a token that is too long before it splits it, because splitting costs', () => {
    expect(reasonOf('.'.repeat(1024 * 1024))).toBe('too_large');
    expect(reasonOf('a'.repeat(maxCompactTokenLength + 1))).toBe('too_large');
  });

  it('returns a result for any string whatever, and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(inspectCompactToken(text, [issuer]).ok).toBe(false);
      }),
    );
  });

  it('accepts exactly one last character per signature, for every signature', () => {
    const last = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (bytes) => {
        const canonical = Buffer.from(bytes).toString('base64url');
        const spellings = last
          .map((character) => canonical.slice(0, -1) + character)
          .filter((signature) => Buffer.from(signature, 'base64url').equals(Buffer.from(bytes)))
          .filter((signature) => reasonOf(token({}, {}, signature)) === 'accepted');
        expect(spellings).toEqual([canonical]);
      }),
      { numRuns: 50 },
    );
  });

  it('never accepts an issuer that is not listed, whatever it looks like', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl(), fc.string(), fc.constant(`${issuer} `)), (iss) => {
        expect(reasonOf(token({}, { iss }))).toBe('issuer_mismatch');
      }),
    );
  });
});

describe('members that are repeated', () => {
  const claimsText = fc
    .dictionary(fc.string({ unit: 'binary' }), fc.jsonValue())
    .map((claims) => JSON.stringify({ ...claims, iss: issuer }));
  const inspected = (text: string): string => {
    const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: 'k' })).toString('base64url');
    return reasonOf(`${header}.${Buffer.from(text).toString('base64url')}.AAAA`);
  };

  it('are never seen where there are none, whatever names and values hold', () => {
    fc.assert(
      fc.property(claimsText, (text) => {
        fc.pre(text.length < 4000);
        expect(inspected(text)).toBe('accepted');
      }),
    );
  });

  it('are seen wherever they are, because one reader takes the first and another the last', () => {
    fc.assert(
      fc.property(claimsText, fc.constantFrom('', ' ', '\t\n'), (text, space) => {
        fc.pre(text.length < 4000);
        expect(inspected(`${text.slice(0, -1)},"iss"${space}:"${issuer}"}`)).toBe('malformed');
      }),
    );
  });
});
