import { constants, createHash, createHmac, privateEncrypt, randomBytes, sign } from 'node:crypto';
import type { RejectionReason } from '../../../oauth/rejection.ts';
import {
  accessTokenClaims,
  anAccessToken,
  aSigningKey,
  compactToken,
  encoded,
  frozenNow,
  hs256WithPublicKey,
  issuer,
  machineClient,
  resourceIdentifier,
  rs256,
} from '../../support/tokens.ts';

/**
 * Attacks on a JWT verifier. Every token carries a good signature of the issuer's real key over
 * exactly these bytes, unless the row says otherwise: only the named flaw can be what refuses it.
 */

export interface Attack {
  readonly name: string;
  readonly reason: RejectionReason;
  readonly token: string;
}

export const key = aSigningKey('key-1');
export const stranger = aSigningKey('key-1');
export const evilIssuer = 'https://evil.example.com';

const now = frozenNow / 1000;
const header = { alg: 'RS256', kid: 'key-1' };
const claims = accessTokenClaims();
const signed = rs256(key);

const withHeader = (changes: object) => anAccessToken(key, {}, changes as Record<string, unknown>);
const withClaims = (changes: object) => anAccessToken(key, changes as Record<string, unknown>);
const raw = (headerText: string, claimsText: string) =>
  compactToken(headerText, claimsText, signed);
const withClaimsText = (change: (text: string) => string) =>
  raw(JSON.stringify(header), change(JSON.stringify(claims)));
const bytes = (...parts: readonly (string | number[])[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string))).toString('base64url');
const signedSegments = (first: string, second: string) =>
  `${first}.${second}.${signed(`${first}.${second}`).toString('base64url')}`;

const rows = (
  reason: RejectionReason,
  tokens: Readonly<Record<string, string>>,
): readonly Attack[] => Object.entries(tokens).map(([name, token]) => ({ name, reason, token }));

const [goodHeader, goodPayload, goodSignature] = withClaims({}).split('.') as [
  string,
  string,
  string,
];

const algorithms = [
  ...rows('malformed', {
    'alg none, empty signature': compactToken({ alg: 'none' }, claims, null),
    'signature stripped, RS256 kept': `${goodHeader}.${goodPayload}.`,
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

const keyChoice = [
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

const respelled = `${goodHeader}.${goodPayload}.${goodSignature.slice(0, -1)}${
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'[
    'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(
      goodSignature.at(-1) as string,
    ) ^ 1
  ]
}`;

const form = [
  ...rows('too_large', {
    'a token of a megabyte': withClaims({ padding: 'x'.repeat(1024 * 1024) }),
    'a megabyte of dots': '.'.repeat(1024 * 1024),
    'a million segments': 'e30.'.repeat(1_000_000),
  }),
  ...rows('encoding_noncanonical', {
    'a second spelling of the signature': respelled,
    'a signature of an impossible length': `${goodHeader}.${goodPayload}.${goodSignature}AAA`,
  }),
  ...rows('malformed', {
    'five segments: a JWE': `${goodHeader}.AA.AA.${goodPayload}.AA`,
    'four segments': `${goodHeader}.${goodPayload}.${goodSignature}.AA`,
    'JSON serialisation': JSON.stringify({ payload: goodPayload, protected: goodHeader }),
    'a NUL in the middle': `${goodHeader}.${goodPayload}\u0000.${goodSignature}`,
    'a nested JWT as payload': compactToken({ ...header, cty: 'JWT' }, withClaims({}), signed),
    'a list as payload': raw(JSON.stringify(header), JSON.stringify([claims])),
    'a string as payload': raw(JSON.stringify(header), '"x"'),
    'a number as payload': raw(JSON.stringify(header), '1'),
    'null as payload': raw(JSON.stringify(header), 'null'),
    'a list as header': raw(JSON.stringify([header]), JSON.stringify(claims)),
    'alg twice, none first': raw(
      '{"alg":"none","alg":"RS256","kid":"key-1"}',
      JSON.stringify(claims),
    ),
    'kid twice': raw('{"alg":"RS256","kid":"x","kid":"key-1"}', JSON.stringify(claims)),
    'kid twice, one escaped': raw(
      '{"alg":"RS256","k\\u0069d":"x","kid":"key-1"}',
      JSON.stringify(claims),
    ),
    'aud twice': withClaimsText((text) => text.replace('{', '{"aud":"https://evil.test",')),
    'sub twice': withClaimsText((text) => text.replace('{', '{"sub":"root",')),
    'exp twice': withClaimsText((text) => text.replace('{', '{"exp":1,')),
    'scope twice, the second one wider': withClaimsText((text) =>
      text.replace(/}$/, ',"scope":"x"}'),
    ),
    'a repeated member deep inside': withClaimsText((text) =>
      text.replace('{', '{"x":[{"a":1,"a":2}],'),
    ),
    'invalid UTF-8 in a claim': signedSegments(goodHeader, bytes('{"sub":"', [0xff, 0xfe], '"}')),
    'an overlong UTF-8 quote': signedSegments(goodHeader, bytes('{"a', [0xc0, 0xa2], ':1}')),
    'a byte order mark before the claims': signedSegments(
      goodHeader,
      bytes([0xef, 0xbb, 0xbf], JSON.stringify(claims)),
    ),
    'UTF-16 claims': signedSegments(
      goodHeader,
      Buffer.from(JSON.stringify(claims), 'utf16le').toString('base64url'),
    ),
    'trailing garbage after the claims': withClaimsText((text) => `${text}{}`),
    'a raw NUL after the claims': withClaimsText((text) => `${text}\u0000`),
    'a comment in the claims': withClaimsText((text) => text.replace('{', '{/* */')),
    'single quotes': withClaimsText((text) => text.replaceAll('"', "'")),
    'NaN as exp': withClaimsText((text) => text.replace(/"exp":\d+/, '"exp":NaN')),
  }),
];

// RFC 8017 §9.2: EM = 00 01 FF…FF 00 DigestInfo Hash. Made by hand, "signed" with the real key.
const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex');
const padded = (input: string, change: (parts: Buffer[], hash: Buffer) => Buffer[]): Buffer => {
  const hash = createHash('sha256').update(input).digest();
  const parts = change(
    [Buffer.from([0, 1]), Buffer.alloc(202, 0xff), Buffer.from([0]), digestInfo, hash],
    hash,
  );
  const block = Buffer.concat(parts);
  const whole = Buffer.alloc(256);
  block.copy(whole, 0, 0, Math.min(256, block.length));
  return privateEncrypt({ key: key.privateKey, padding: constants.RSA_NO_PADDING }, whole);
};
const withPadding = (change: (parts: Buffer[], hash: Buffer) => Buffer[]) =>
  compactToken(header, claims, (input) => padded(input, change));

export const wellPadded = withPadding((parts) => parts);

const signatures = rows('signature_invalid', {
  'a key of the same name, not ours': anAccessToken(stranger),
  'claims changed after signing': `${goodHeader}.${encoded({ ...claims, sub: 'root' })}.${goodSignature}`,
  'header changed after signing': `${encoded({ ...header, typ: 'JWT' })}.${goodPayload}.${goodSignature}`,
  'header and payload from two good tokens': `${goodHeader}.${withClaims({ jti: 'b' }).split('.')[1]}.${goodSignature}`,
  'an all-zero signature': compactToken(header, claims, () => Buffer.alloc(256)),
  'an all-one signature': compactToken(header, claims, () => Buffer.alloc(256, 0xff)),
  'the modulus as signature': compactToken(header, claims, () =>
    Buffer.from(key.jwk.n as string, 'base64url'),
  ),
  'a signature one byte short': compactToken(header, claims, (input) => signed(input).subarray(1)),
  'a signature with a leading zero byte': compactToken(header, claims, (input) =>
    Buffer.concat([Buffer.alloc(1), signed(input)]),
  ),
  'a signature with a trailing byte': compactToken(header, claims, (input) =>
    Buffer.concat([signed(input), Buffer.alloc(1)]),
  ),
  'SHA-1 under the name of RS256': compactToken(header, claims, (input) =>
    sign('sha1', Buffer.from(input), key.privateKey),
  ),
  'SHA-512 under the name of RS256': compactToken(header, claims, (input) =>
    sign('sha512', Buffer.from(input), key.privateKey),
  ),
  'PSS under the name of RS256': compactToken(header, claims, (input) =>
    sign('sha256', Buffer.from(input), {
      key: key.privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
    }),
  ),
  'a signature over the payload only': compactToken(header, claims, (input) =>
    signed(input.split('.')[1] as string),
  ),
  'the bare hash, no DigestInfo': withPadding(([start, fill, zero, , hash]) => [
    start as Buffer,
    Buffer.concat([fill as Buffer, Buffer.alloc(19, 0xff)]),
    zero as Buffer,
    hash as Buffer,
  ]),
  'Bleichenbacher 2006: short padding, garbage behind the hash': withPadding((_, hash) => [
    Buffer.from([0, 1]),
    Buffer.alloc(8, 0xff),
    Buffer.from([0]),
    digestInfo,
    hash,
    randomBytes(200),
  ]),
  'block type 2': withPadding(([, ...rest]) => [Buffer.from([0, 2]), ...rest]),
  'a padding byte that is not FF': withPadding(([start, , ...rest]) => [
    start as Buffer,
    Buffer.concat([Buffer.alloc(101, 0xff), Buffer.from([0xfe]), Buffer.alloc(100, 0xff)]),
    ...rest,
  ]),
  'DigestInfo without its NULL': withPadding(([start, , zero, , hash]) => [
    start as Buffer,
    Buffer.alloc(204, 0xff),
    zero as Buffer,
    Buffer.from('302f300b0609608648016503040201', 'hex'),
    Buffer.from('0420', 'hex'),
    hash as Buffer,
  ]),
  'DigestInfo that names SHA-1': withPadding(([start, fill, zero, , hash]) => [
    start as Buffer,
    fill as Buffer,
    zero as Buffer,
    Buffer.from('3031300d06092b0e03021a000000000005000420', 'hex').subarray(0, 19),
    hash as Buffer,
  ]),
});

const issuers = rows('issuer_mismatch', {
  'another issuer': withClaims({ iss: evilIssuer }),
  'our issuer with a trailing slash': withClaims({ iss: `${issuer}/` }),
  'our issuer in capitals': withClaims({ iss: issuer.toUpperCase() }),
  'our issuer as user information': withClaims({ iss: `${issuer}@evil.example.com` }),
  'our issuer as a prefix': withClaims({ iss: `${issuer}.evil.example.com` }),
  'our issuer with a NUL behind it': withClaims({ iss: `${issuer}\u0000` }),
  'our issuer with a dot segment': withClaims({ iss: issuer.replace('.com/', '.com/./') }),
  'our issuer in a list': withClaims({ iss: [issuer] }),
  'no issuer': withClaims({ iss: undefined }),
  'an issuer that is null': withClaims({ iss: null }),
});

const times = [
  ...rows('expired', {
    'expired this very second': withClaims({ exp: now }),
    'expired a millisecond ago': withClaims({ exp: now - 0.001 }),
    'expired at the epoch': withClaims({ exp: 0 }),
  }),
  ...rows('claim_malformed', {
    'exp as text': withClaims({ exp: String(now + 3600) }),
    'exp as a list': withClaims({ exp: [now + 3600] }),
    'exp as true': withClaims({ exp: true }),
    'exp null': withClaims({ exp: null }),
    'exp negative': withClaims({ exp: -1 }),
    'exp 1e999, which is infinity': withClaimsText((text) =>
      text.replace(/"exp":\d+/, '"exp":1e999'),
    ),
    'iat as text': withClaims({ iat: String(now) }),
    'iat negative': withClaims({ iat: -now }),
    'nbf as text': withClaims({ nbf: '0' }),
    'nbf as an object': withClaims({ nbf: {} }),
  }),
  ...rows('claim_missing', {
    'no exp': withClaims({ exp: undefined }),
    'no iat': withClaims({ iat: undefined }),
  }),
  ...rows('lifetime_too_long', {
    'a lifetime of a day and a second': withClaims({ iat: now - 60, exp: now - 60 + 86_401 }),
    'an expiry in 100 years': withClaims({ exp: now + 3_155_760_000 }),
    'an expiry of 2^53': withClaims({ exp: 2 ** 53 }),
    'milliseconds in place of seconds': withClaims({ exp: (now + 3600) * 1000 }),
  }),
  ...rows('not_yet_valid', { 'valid in 61 seconds': withClaims({ nbf: now + 61 }) }),
  ...rows('issued_in_future', { 'issued in 61 seconds': withClaims({ iat: now + 61 }) }),
];

const who = [
  ...rows(
    'claim_malformed',
    Object.fromEntries(
      ['sub', 'client_id', 'jti', 'scope'].flatMap((claim) =>
        [7, ['x'], { x: 1 }, true, null, '', 'a\u0000b'].map((value) => [
          `${claim} as ${JSON.stringify(value)}`,
          withClaims({ [claim]: value }),
        ]),
      ),
    ),
  ),
  ...rows('claim_malformed', {
    'tenant with a NUL': withClaims({ tenant_id: 'acme\u0000' }),
    'tenant as a list': withClaims({ tenant_id: ['acme', 'globex'] }),
    'an audience that is an object': withClaims({ aud: { [resourceIdentifier]: 1 } }),
    'groups as text': withClaims({ 'cognito:groups': 'admins' }),
    'a group that is an object': withClaims({ 'cognito:groups': [{}] }),
  }),
  ...rows('tenant_missing', { 'no tenant': withClaims({ tenant_id: undefined }) }),
  ...rows('token_use_wrong', {
    'an ID token': withClaims({ token_use: 'id' }),
    'a refresh token': withClaims({ token_use: 'refresh' }),
    'no token_use': withClaims({ token_use: undefined }),
    'token_use as a list': withClaims({ token_use: ['access'] }),
  }),
  ...rows('audience_mismatch', {
    'no audience': withClaims({ aud: undefined }),
    'another audience': withClaims({ aud: 'https://other.example.com/mcp' }),
    'our audience and another': withClaims({ aud: [resourceIdentifier, 'https://other.test'] }),
    'our audience with a trailing slash': withClaims({ aud: `${resourceIdentifier}/` }),
    'our audience with a query': withClaims({ aud: `${resourceIdentifier}?x` }),
    'our audience with a NUL': withClaims({ aud: `${resourceIdentifier}\u0000` }),
    'the client id as audience, as in an ID token': withClaims({ aud: claims.client_id }),
    'a wildcard': withClaims({ aud: '*' }),
    'mcp_resource on a user token': withClaims({
      aud: undefined,
      mcp_resource: resourceIdentifier,
    }),
  }),
  ...rows('client_not_allowed', {
    'a client nobody listed': withClaims({ client_id: 'stranger' }),
    'a machine client that speaks for a user': withClaims({ client_id: machineClient }),
  }),
  ...rows('scope_missing', {
    'only OpenID scopes': withClaims({ scope: 'openid profile email' }),
    'scopes of another resource': withClaims({ scope: 'https://other.test/mcp/mcp:tools:read' }),
    'scopes without their resource': withClaims({ scope: 'mcp:tools:read' }),
    'scopes parted by tabs': withClaims({ scope: `openid ${resourceIdentifier}/` }),
  }),
];

export const attacks: readonly Attack[] = [
  ...algorithms,
  ...keyChoice,
  ...form,
  ...signatures,
  ...issuers,
  ...times,
  ...who,
];
