import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { Principal } from '../oauth/principal.ts';
import { err, ok, type Result } from '../oauth/result.ts';

/**
 * Text that a client keeps for us and hands back: an id of a session, of an export, of a cursor. MCP
 * security best practices: a handle is no authentication. So it is bound to whom it was given, and
 * everybody else's use of it can be told from a made-up one.
 */
export interface OwnedHandles {
  readonly seal: (value: string, owner: Principal) => string;
  readonly open: (handle: string, caller: Principal) => Result<string, HandleProblem>;
}

/** `tenant`: given to somebody of another tenant. `subject`: to somebody else, or another client. */
export type HandleProblem = 'unknown' | 'expired' | 'tenant' | 'subject';

export interface OwnedHandleOptions {
  /** The same in every process that is to open them. At least 32 bytes. */
  readonly key: Uint8Array;
  /** Handles of one purpose open nothing of another one. */
  readonly purpose: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** @default - they do not expire */
  readonly ttlSeconds?: number;
}

const maxHandleLength = 4096;

const isEqual = (left: string, right: string): boolean =>
  left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));

/** What a handle says: the value, and when it ends. Null stands for never. */
const encode = (value: string, expiresAt: number | null): string =>
  Buffer.from(JSON.stringify([value, expiresAt])).toString('base64url');

const decode = (body: string): readonly [string, number | null] =>
  JSON.parse(Buffer.from(body, 'base64url').toString());

const form = /^(?<body>[\w-]+)\.(?<tenant>[\w-]+)\.(?<subject>[\w-]+)\.(?<mac>[\w-]+)$/;

const partsOf = (handle: string) => {
  const groups = handle.length > maxHandleLength ? undefined : form.exec(handle)?.groups;
  return groups as Record<'body' | 'tenant' | 'subject' | 'mac', string> | undefined;
};

/**
 * Signed, not encrypted: the client can read the value. Nothing is stored, so a handle cannot be
 * taken back before it expires.
 */
export const createOwnedHandles = (options: OwnedHandleOptions): OwnedHandles => {
  const { purpose, now, ttlSeconds } = options;
  if (options.key.byteLength < 32)
    throw new Error(`'key' must have at least 32 bytes, got ${options.key.byteLength}`);
  const key = createSecretKey(options.key);
  // Keyed, so that a handle does not tell who its owner is.
  const tag = (part: string, text: string): string =>
    createHmac('sha256', key)
      .update(JSON.stringify([purpose, part, text]))
      .digest('base64url');
  const tenantTag = ({ tenant }: Principal) => tag('tenant', JSON.stringify(tenant ?? null));
  const subjectTag = ({ issuer, tenant, subject, clientId }: Principal) =>
    tag('subject', JSON.stringify([issuer, tenant ?? null, subject, clientId]));

  return {
    seal: (value, owner) => {
      const expiresAt = ttlSeconds === undefined ? null : now() + ttlSeconds * 1000;
      const said = [encode(value, expiresAt), tenantTag(owner), subjectTag(owner)].join('.');
      return `${said}.${tag('handle', said)}`;
    },
    open: (handle, caller) => {
      const parts = partsOf(handle);
      if (!parts) return err('unknown');
      const { body, tenant, subject, mac } = parts;
      if (!isEqual(mac, tag('handle', [body, tenant, subject].join('.')))) return err('unknown');
      if (!isEqual(tenant, tenantTag(caller))) return err('tenant');
      if (!isEqual(subject, subjectTag(caller))) return err('subject');
      const [value, expiresAt] = decode(body);
      return expiresAt !== null && expiresAt <= now() ? err('expired') : ok(value);
    },
  };
};
