import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** The codes of an authenticator app (RFC 6238): SHA-1, 30 seconds, 6 digits. */

const stepMs = 30_000;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Whether a text can be the key of an authenticator: base32, spaces allowed as apps show them. */
export const isAuthenticatorKey = (text: string): boolean => /^[A-Za-z2-7 ]{16,}=*$/.test(text);

const bytesOf = (key: string): Buffer => {
  const letters = key.toUpperCase().replaceAll(/[ =]/g, '');
  const bits = [...letters]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
};

export const oneTimeCode = (key: string, step: number): string => {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', bytesOf(key)).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0xf;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
};

/** Each call another code, waiting for the next one if need be: RFC 6238 §5.2, a code works once. */
export const codesOf = (
  key: string,
  now: () => number = Date.now,
  wait: (ms: number) => Promise<unknown> = sleep,
): (() => Promise<string>) => {
  let used = -1;
  return async () => {
    const step = Math.max(Math.floor(now() / stepMs), used + 1);
    used = step;
    const early = step * stepMs - now();
    if (early > 0) await wait(early);
    return oneTimeCode(key, step);
  };
};
