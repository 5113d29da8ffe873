import type { AuthInfo, ServerContext } from '@modelcontextprotocol/server';
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import type { McpOperation } from '../../oauth/mcp-operation.ts';
import type { Principal } from '../../oauth/principal.ts';
import type { Rejection } from '../../oauth/rejection.ts';
import { sameTenant } from '../../oauth/tenant-guard.ts';
import type { Change } from '../changes/change.ts';
import { type Notifier, notifierOf } from '../changes/notifier.ts';
import { HandlerRefusal } from '../handler-refusal.ts';
import { type Handles, handleRejection } from './handles.ts';

/**
 * How the verified caller travels through the MCP SDK to a tool, a resource or a prompt, and how
 * faults travel back. The access token itself does not travel: a tool must not be able to forward
 * it (MCP: token passthrough is forbidden).
 */

/** What the pipeline knows about the request that a handler serves. */
export interface Exchange {
  readonly principal: Principal;
  /** What the message asks for: one operation, or several for a batch. */
  readonly operations?: readonly McpOperation[];
  readonly correlationId: string;
  /** Tells the security log that a handler failed or, with a `HandlerRefusal`, refused. */
  readonly reportFault: (fault: unknown) => void;
  /** Refuses the whole call: on the record at once, and the answer unless that has begun. */
  readonly refuse: (rejection: Rejection) => void;
  /** Tells listeners of a change, in every process. */
  readonly publish: (change: Change) => void;
}

/** What a handler gets besides its arguments. */
export interface Caller {
  readonly principal: Principal;
  /** Joins what the handler logs to the security event of the request. */
  readonly correlationId: string;
  /** Aborts when the client cancels or goes away. */
  readonly signal: AbortSignal;
  /**
   * Guarantees that the record is one of the caller's tenant. A record that is missing and a record
   * of another tenant throw the very same `notFound()`, so that existence stays a secret: status and
   * text of the answer are those of a missing record. The latter is a `tenant.denied` event as well.
   *
   * @example
   * const note = caller.requireOwn(notes.get(id), () => new UserFacingError(`There is no note ${id}.`));
   */
  readonly requireOwn: <T extends { readonly tenant?: unknown }>(
    record: T | undefined,
    notFound: () => Error,
  ) => T;
  /**
   * Throws {@link TenantDenied} unless the caller belongs to this tenant. For no secrets: the call is
   * refused with 403, whatever the handler says after that, unless a stream has begun; then the error
   * is in the message only.
   */
  readonly requireTenant: (tenant: unknown) => void;
  /**
   * The value of a handle that this caller was given. One that was made up, has expired or was given
   * to somebody else throws the very same `notFound()`; the first and the last are on the record.
   */
  readonly openHandle: (handles: Handles, handle: string, notFound: () => Error) => string;
  /** Tells listening clients of the caller's tenant that something has changed. */
  readonly notify: Notifier;
}

/** Stands where the SDK expects an access token. */
export const redactedToken = 'redacted';

export const authInfoOf = (exchange: Exchange): AuthInfo => ({
  token: redactedToken,
  clientId: exchange.principal.clientId,
  scopes: [...exchange.principal.scopes],
  expiresAt: exchange.principal.expiresAt,
  extra: { principal: exchange.principal, exchange },
});

/**
 * The caller of a handler. Throws when there is none: the SDK lets calls through when `authInfo` is
 * missing, so a server that is wired up without the pipeline must fail here, closed.
 */
const exchangeOf = (authInfo: Pick<AuthInfo, 'extra'> | undefined): Exchange => {
  const exchange = authInfo?.extra?.exchange as Exchange | undefined;
  if (!exchange?.principal)
    throw new ProtocolError(ProtocolErrorCode.InternalError, 'There is no authenticated caller');
  return exchange;
};

/** An error whose text is meant for the person at the other end. */
export class UserFacingError extends Error {
  static readonly code: string = 'ERR_USER_FACING';
  override readonly name: string = 'UserFacingError';
}

/**
 * The caller asked for something of another tenant, and may know that it was refused. Thrown by a
 * handler, it refuses the call as `requireTenant` does.
 */
export class TenantDenied extends UserFacingError {
  static override readonly code = 'ERR_TENANT_DENIED';
  override readonly name = 'TenantDenied';

  constructor() {
    super('The caller may not perform this operation');
  }
}

const isMeantForClient = (error: unknown): boolean =>
  error instanceof UserFacingError || error instanceof ProtocolError;

/** Errors of `requireTenant`: it has refused the call itself. */
const refused = new WeakSet<TenantDenied>();

const callerFrom = (exchange: Exchange, signal: AbortSignal): Caller => {
  const { principal, correlationId, reportFault, refuse } = exchange;
  return {
    principal,
    correlationId,
    signal,
    notify: notifierOf(principal, exchange.publish),
    openHandle: (handles, handle, notFound) => {
      const opened = handles.open(handle, principal);
      if (opened.ok) return opened.value;
      const rejection = handleRejection(opened.error, principal);
      if (rejection) reportFault(new HandlerRefusal(rejection));
      throw notFound();
    },
    // Both are on record here and not where they are caught: a handler may swallow an error.
    requireOwn: (record, notFound) => {
      if (record === undefined) throw notFound();
      const owned = sameTenant(principal, record.tenant);
      if (owned.ok) return record;
      reportFault(new HandlerRefusal(owned.error));
      throw notFound();
    },
    requireTenant: (tenant) => {
      const owned = sameTenant(principal, tenant);
      if (owned.ok) return;
      refuse(owned.error);
      const denied = new TenantDenied();
      refused.add(denied);
      throw denied;
    },
  };
};

/**
 * The caller, for a handler of SDK v1: `callerOf(extra)`. The principal alone is also at
 * `extra.authInfo.extra.principal`. Throws when there is no authenticated caller.
 */
export const callerOf = (extra: {
  readonly authInfo?: Pick<AuthInfo, 'extra'>;
  readonly signal: AbortSignal;
}): Caller => callerFrom(exchangeOf(extra.authInfo), extra.signal);

/**
 * Runs a handler for the authenticated caller. Guarantees that it does not run without one, and
 * that the text of an unexpected error, which may quote data or secrets, does not leave the server.
 */
export const asCaller = async <T>(
  context: ServerContext,
  handler: (caller: Caller) => T | Promise<T>,
): Promise<T> => {
  const exchange = exchangeOf(context.http?.authInfo);
  try {
    return await handler(callerFrom(exchange, context.mcpReq.signal));
  } catch (error) {
    if (error instanceof TenantDenied && !refused.has(error))
      exchange.refuse({ reason: 'tenant_mismatch' });
    if (isMeantForClient(error)) throw error;
    exchange.reportFault(error);
    throw new ProtocolError(
      ProtocolErrorCode.InternalError,
      `Something went wrong on the server. Reference: ${exchange.correlationId}`,
    );
  }
};
