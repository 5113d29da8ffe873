import { createHash, randomBytes } from 'node:crypto';

/** RFC 7636, the client's half. */

export const randomText = (bytes = 32): string => randomBytes(bytes).toString('base64url');

export const codeChallengeOf = (verifier: string): string =>
  createHash('sha256').update(verifier).digest('base64url');
