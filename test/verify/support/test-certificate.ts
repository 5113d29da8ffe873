import { generateKeyPairSync, sign } from 'node:crypto';

/** A self-signed certificate for `localhost`, made of bytes, because Node.js can read one but not write one. */

export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
}

const der = (tag: number, ...contents: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(contents);
  const { length } = content;
  if (length >= 256)
    return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), content]);
  const size = length < 128 ? [length] : [0x81, length];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
};

const sequence = (...contents: readonly Uint8Array[]): Buffer => der(0x30, ...contents);
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const objectId = (text: string): Buffer => der(0x06, hex(text));
const utcTime = (date: Date): Buffer =>
  der(0x17, Buffer.from(`${date.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`));

const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'));
const name = sequence(der(0x31, sequence(objectId('550403'), der(0x0c, Buffer.from('localhost')))));
// subjectAltName: DNS localhost, IP 127.0.0.1; basicConstraints: an authority of its own.
const alternativeName = sequence(
  objectId('551d11'),
  der(0x04, sequence(der(0x82, Buffer.from('localhost')), der(0x87, hex('7f000001')))),
);
const isAuthority = sequence(objectId('551d13'), der(0x04, sequence(der(0x01, hex('ff')))));

export const aTestCertificate = (daysLeft = 90): TestCertificate => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const dayMs = 86_400_000;
  const body = sequence(
    der(0xa0, der(0x02, hex('02'))),
    der(0x02, hex('01')),
    ecdsaWithSha256,
    name,
    sequence(
      utcTime(new Date(Date.now() - 2 * dayMs)),
      utcTime(new Date(Date.now() + daysLeft * dayMs)),
    ),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(alternativeName, isAuthority)),
  );
  const signature = der(0x03, hex('00'), sign('sha256', body, privateKey));
  const base64 = sequence(body, ecdsaWithSha256, signature).toString('base64');
  const cert = `-----BEGIN CERTIFICATE-----\n${base64.replaceAll(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`;
  return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
};
