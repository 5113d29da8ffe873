import { createHmac } from 'node:crypto';
import { compactToken, hs256WithPublicKey, issuer } from '../../support/tokens.ts';
import {
  type Attack,
  claims,
  evilIssuer,
  goodHeader,
  goodPayload,
  header,
  key,
  rows,
  stranger,
  withHeader,
} from './attack-row.ts';

export const algorithms: readonly Attack[] = [
  ...rows('alg_not_allowed', {
    'alg none, empty signature': compactToken({ alg: 'none' }, claims, null),
    'signature stripped, RS256 kept': `${goodHeader}.${goodPayload}.`,
  }),
  ...rows('malformed', {
    'signature and its dot stripped': `${goodHeader}.${goodPayload}`,
  }),
  ...rows(
    'alg_not_allowed',
    Object.fromEntries([
      ...['none', 'None', 'NONE', 'nOnE', '', 'rs256', 'RS256 ', 'RS256\u0000'].map((alg) => [
        `alg ${JSON.stringify(alg)} with a good RS256 signature`,
        withHeader({ alg }),
      ]),
      ...['RS384', 'RS512', 'PS256', 'ES256', 'EdDSA', 'HS384', 'RSA-OAEP', 'dir'].map((alg) => [
        `alg ${alg}`,
        withHeader({ alg }),
      ]),
      ...[null, 256, true, ['RS256'], { alg: 'RS256' }].map((alg) => [
        `alg of the wrong type ${JSON.stringify(alg)}`,
        withHeader({ alg }),
      ]),
      ['alg left out', withHeader({ alg: undefined })],
      [
        'HS256 keyed with the public key in PEM (CVE-2015-9235)',
        compactToken({ ...header, alg: 'HS256' }, claims, hs256WithPublicKey(key)),
      ],
      [
        'HS256 keyed with the modulus',
        compactToken({ ...header, alg: 'HS256' }, claims, (input) =>
          createHmac('sha256', Buffer.from(key.jwk.n as string, 'base64url'))
            .update(input)
            .digest(),
        ),
      ],
      [
        'HS256 keyed with the empty string',
        compactToken({ ...header, alg: 'HS256' }, claims, (input) =>
          createHmac('sha256', '').update(input).digest(),
        ),
      ],
      [
        'ES256 with the all-zero signature (CVE-2022-21449)',
        compactToken({ ...header, alg: 'ES256' }, claims, () => Buffer.alloc(64)),
      ],
    ]),
  ),
];

export const keyChoice: readonly Attack[] = [
  ...rows('header_not_allowed', {
    'a jwk of its own': withHeader({ jwk: stranger.jwk }),
    'a jku of its own': withHeader({ jku: `${evilIssuer}/jwks.json` }),
    'a jku inside the issuer, by traversal': withHeader({ jku: `${issuer}/../evil/jwks.json` }),
    'an x5u of its own': withHeader({ x5u: `${evilIssuer}/cert.pem` }),
    'an x5c of its own': withHeader({ x5c: ['MIIB'] }),
    'an x5t, which only Entra ID sends': withHeader({ x5t: 'dGh1bWI' }),
    'an x5t#S256': withHeader({ 'x5t#S256': 'dGh1bWI' }),
    'a compressed payload (zip)': withHeader({ zip: 'DEF' }),
    'an encryption (enc) in a signature': withHeader({ enc: 'A256GCM' }),
    'an unencoded payload (b64, RFC 7797)': withHeader({ b64: false }),
    'a jku that is null': withHeader({ jku: null }),
  }),
  ...rows(
    'kid_unknown',
    Object.fromEntries(
      [
        '../../../../dev/null',
        '/proc/sys/kernel/randomize_va_space',
        "key-1' UNION SELECT 'secret",
        'key-1; sleep 10',
        '$(id)',
        `${evilIssuer}/jwks.json`,
        'key-1\u0000',
        'KEY-1',
        ' key-1',
        '__proto__',
        'constructor',
        'k'.repeat(256),
      ].map((kid) => [`kid ${JSON.stringify(kid.slice(0, 40))}`, withHeader({ kid })]),
    ),
  ),
  ...rows('kid_missing', {
    'no kid': withHeader({ kid: undefined }),
    'an empty kid': withHeader({ kid: '' }),
    'a kid that is a number': withHeader({ kid: 1 }),
    'a kid that is a list': withHeader({ kid: ['key-1'] }),
    'a kid of 257 characters': withHeader({ kid: 'k'.repeat(257) }),
  }),
  ...rows('crit_unsupported', {
    'crit with an unknown extension': withHeader({ crit: ['urn:evil'], 'urn:evil': true }),
    'crit with b64': withHeader({ crit: ['b64'], b64: false }),
    'an empty crit': withHeader({ crit: [] }),
    'a crit that names exp': withHeader({ crit: ['exp'] }),
  }),
  ...rows('type_wrong', {
    'an ID token by type': withHeader({ typ: 'id+jwt' }),
    'a logout token by type': withHeader({ typ: 'logout+jwt' }),
    'a DPoP proof by type': withHeader({ typ: 'dpop+jwt' }),
    'a type that is a list': withHeader({ typ: ['JWT'] }),
  }),
];
