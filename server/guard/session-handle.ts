import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Principal } from '../../oauth/principal.ts';
import type { Rejection } from '../../oauth/rejection.ts';
import { err, ok, type Result } from '../../oauth/result.ts';

/**
 * `Mcp-Session-Id` of an upstream that keeps sessions, bound to whoever opened it (MCP security best
 * practices: a session id is no authentication). The client holds `<id>.<owner>.<mac>`; the upstream
 * sees its own id only, and only from its owner. Nothing is stored.
 */
export interface SessionHandles {
  /** What the client gets for an id of the upstream. */
  readonly seal: (sessionId: string, owner: Principal) => string;
  /** The upstream's id, or why this caller does not get it. */
  readonly open: (handle: string, caller: Principal) => Result<string, Rejection>;
}

const maxHandleLength = 1024;

const ownerText = ({ issuer, tenant, subject, clientId }: Principal): string =>
  JSON.stringify([issuer, tenant ?? null, subject, clientId]);

const isEqual = (left: string, right: string): boolean =>
  left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));

/**
 * Handles that live as long as this process, as the upstream's sessions do: both are one task.
 * Guarantees that a made-up handle is `session_unknown` and a stolen one `session_foreign`.
 */
export const createSessionHandles = (key: Uint8Array = randomBytes(32)): SessionHandles => {
  const tag = (purpose: string, text: string): string =>
    createHmac('sha256', key).update(`${purpose}\0${text}`).digest('base64url');
  // Keyed, so that the handle does not tell who the owner is.
  const ownerTag = (owner: Principal): string => tag('owner', ownerText(owner));

  return {
    seal: (sessionId, owner) => {
      const body = `${Buffer.from(sessionId).toString('base64url')}.${ownerTag(owner)}`;
      return `${body}.${tag('handle', body)}`;
    },
    open: (handle, caller) => {
      const [id, owner, mac, ...rest] = handle.length > maxHandleLength ? [] : handle.split('.');
      if (id === undefined || owner === undefined || mac === undefined || rest.length > 0)
        return err({ reason: 'session_unknown' });
      if (!isEqual(mac, tag('handle', `${id}.${owner}`))) return err({ reason: 'session_unknown' });
      if (!isEqual(owner, ownerTag(caller)))
        return err({
          reason: 'session_foreign',
          evidence: { handle: tag('log', id).slice(0, 16) },
        });
      return ok(Buffer.from(id, 'base64url').toString());
    },
  };
};
