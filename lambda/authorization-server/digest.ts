import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** SHA-256, base64url: the form in which a secret of ours is stored and looked up. */
export const digest = (secret: string): string =>
  createHash('sha256').update(secret).digest('base64url');

/** Compares two secrets in constant time, whatever their lengths. */
export const isSameSecret = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());

/** A secret that can be computed again instead of being stored. */
export const derivedSecret = (key: string, label: string, value: string): string =>
  createHmac('sha256', Buffer.from(key, 'base64url'))
    .update(`${label}\n${value}`)
    .digest('base64url');
