import { compactToken } from '../../support/tokens.ts';
import {
  type Attack,
  bytes,
  claims,
  goodHeader,
  goodPayload,
  goodSignature,
  header,
  raw,
  rows,
  signed,
  signedSegments,
  withClaims,
  withClaimsText,
} from './attack-row.ts';

const respelled = `${goodHeader}.${goodPayload}.${goodSignature.slice(0, -1)}${
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'[
    'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(
      goodSignature.at(-1) as string,
    ) ^ 1
  ]
}`;

export const form: readonly Attack[] = [
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
