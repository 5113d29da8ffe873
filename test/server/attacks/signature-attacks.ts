import { constants, createHash, privateEncrypt, randomBytes, sign } from 'node:crypto';
import { anAccessToken, compactToken, encoded } from '../../support/tokens.ts';
import {
  type Attack,
  claims,
  goodHeader,
  goodPayload,
  goodSignature,
  header,
  key,
  rows,
  signed,
  stranger,
  withClaims,
} from './attack-row.ts';

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

export const signatures: readonly Attack[] = rows('signature_invalid', {
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
