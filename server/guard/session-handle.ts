import { createHmac, randomBytes } from 'node:crypto';
import type { Principal } from '../../oauth/principal.ts';
import type { Rejection } from '../../oauth/rejection.ts';
import { err, type Result } from '../../oauth/result.ts';
import { createOwnedHandles } from '../owned-handle.ts';

/**
 * `Mcp-Session-Id` of an upstream that keeps sessions, bound to whoever opened it. The client holds a
 * handle; the upstream sees its own id only, and only from its owner. Nothing is stored.
 */
export interface SessionHandles {
  /** What the client gets for an id of the upstream. */
  readonly seal: (sessionId: string, owner: Principal) => string;
  /** The upstream's id, or why this caller does not get it. */
  readonly open: (handle: string, caller: Principal) => Result<string, Rejection>;
}

/**
 * Handles that live as long as this process, as the upstream's sessions do: both are one task.
 * Guarantees that a made-up handle is `session_unknown` and a stolen one `session_foreign`.
 */
export const createSessionHandles = (key: Uint8Array = randomBytes(32)): SessionHandles => {
  const handles = createOwnedHandles({ key, purpose: 'mcp-session', now: Date.now });
  // For the log: says that it is the same handle again, and opens nothing.
  const mark = (handle: string): string =>
    createHmac('sha256', key).update(`mark\n${handle}`).digest('hex').slice(0, 16);
  return {
    seal: handles.seal,
    open: (handle, caller) => {
      const opened = handles.open(handle, caller);
      if (opened.ok) return opened;
      const isForeign = opened.error === 'tenant' || opened.error === 'subject';
      return isForeign
        ? err({ reason: 'session_foreign', evidence: { handle: mark(handle) } })
        : err({ reason: 'session_unknown' });
    },
  };
};
