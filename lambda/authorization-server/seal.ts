import { base64url, CompactEncrypt, compactDecrypt } from 'jose';

/**
 * Sealing: a JSON value that leaves our hands (a cookie, a form field, a client id, a table) and
 * comes back unread and unchanged. JWE `dir` + A256GCM (RFC 7518 §5.3), two keys live at a time.
 */

/** What a seal is for. Part of the authenticated header: a seal made for one use opens for no other. */
export type SealPurpose =
  | 'consent'
  | 'transaction'
  | 'approval'
  | 'connections'
  | 'last-tenant'
  | 'client'
  | 'tokens'
  | 'upstream-refresh-token'
  | 'refresh-handle';

export interface Seal {
  /** @param expiresAt seconds since the epoch; the value cannot be opened from then on. */
  seal(purpose: SealPurpose, value: object, expiresAt: number): Promise<string>;
  /** The value, or undefined when it was not sealed by us, for this purpose, or has expired. */
  open(
    purpose: SealPurpose,
    sealed: string,
  ): Promise<Readonly<Record<string, unknown>> | undefined>;
}

/** A sealing key: `id` is public and stable, `key` is 32 bytes, base64url. */
export interface SealingKey {
  readonly id: string;
  readonly key: string;
}

// Longer than anything we seal; keeps a hostile megabyte away from the decryption.
const maxSealedLength = 16_384;

/**
 * @param keys the first seals, all of them open: put a new key first to rotate
 * @param now milliseconds since the epoch
 */
export const createSeal = (keys: readonly SealingKey[], now: () => number): Seal => {
  const secrets = new Map(keys.map(({ id, key }) => [id, base64url.decode(key)]));
  const [current] = keys;
  if (!current) throw new Error('at least one sealing key is needed');
  const keyFor = (id: unknown): Uint8Array => {
    const secret = secrets.get(id as string);
    if (!secret) throw new Error('unknown sealing key');
    return secret;
  };
  return {
    seal: (purpose, value, expiresAt) =>
      new CompactEncrypt(new TextEncoder().encode(JSON.stringify({ ...value, exp: expiresAt })))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: current.id, typ: purpose })
        .encrypt(keyFor(current.id)),
    open: async (purpose, sealed) => {
      if (sealed.length > maxSealedLength) return undefined;
      try {
        const { plaintext, protectedHeader } = await compactDecrypt(
          sealed,
          (header) => keyFor(header.kid),
          { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] },
        );
        const value = JSON.parse(new TextDecoder().decode(plaintext)) as { exp: number };
        const isUsable = protectedHeader.typ === purpose && value.exp * 1000 > now();
        return isUsable ? (value as Readonly<Record<string, unknown>>) : undefined;
      } catch {
        // Anything that was not sealed by us ends here: an attacker learns nothing about why.
        return undefined;
      }
    },
  };
};
