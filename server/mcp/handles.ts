import type { Principal } from '../../oauth/principal.ts';
import type { Rejection } from '../../oauth/rejection.ts';
import { createOwnedHandles, type HandleProblem, type OwnedHandles } from '../owned-handle.ts';

/** Handles that tools give out and take back as arguments. */
export type Handles = OwnedHandles;

/**
 * Handles for what outlives a call, in the place of the sessions that MCP 2026-07-28 does not have:
 * an export that is being made, the page after this one. Bound to person, tenant and client; open
 * them with `caller.openHandle`.
 *
 * Signed, not encrypted. Does not make them single use. Every task needs the same key.
 *
 * @example
 * const exports = createHandles({ key, purpose: 'export', ttlSeconds: 3600 });
 * // in a tool: exports.seal(id, caller.principal), and in the next one:
 * // caller.openHandle(exports, args.export, () => new UserFacingError('There is no such export.'))
 */
export const createHandles = (options: {
  readonly key: Uint8Array;
  /** Handles of one purpose open nothing of another one. */
  readonly purpose: string;
  readonly ttlSeconds: number;
}): Handles => createOwnedHandles({ ...options, now: Date.now });

/** What goes on record when a handle does not open. Undefined for one that has merely expired. */
export const handleRejection = (
  problem: HandleProblem,
  { tenant }: Pick<Principal, 'tenant'>,
): Rejection | undefined => {
  switch (problem) {
    case 'tenant':
      return { reason: 'tenant_mismatch', evidence: { callerTenant: tenant ?? 'none' } };
    case 'subject':
      return { reason: 'handle_foreign' };
    case 'unknown':
      return { reason: 'handle_unknown' };
    case 'expired':
      return undefined;
  }
};
