import type { AuthInfo, ServerContext } from '@modelcontextprotocol/server';
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import type { Principal } from '../../oauth/principal.ts';

/**
 * How the verified caller travels through the MCP SDK to a tool, a resource or a prompt, and how
 * faults travel back. The access token itself does not travel: a tool must not be able to forward
 * it (MCP: token passthrough is forbidden).
 */

/** What the pipeline knows about the request that a handler serves. */
export interface Exchange {
  readonly principal: Principal;
  readonly correlationId: string;
  /** Tells the security log that a handler failed for a reason of its own. */
  readonly reportFault: (fault: unknown) => void;
}

/** What a handler gets besides its arguments. */
export interface Caller {
  readonly principal: Principal;
  /** Joins what the handler logs to the security event of the request. */
  readonly correlationId: string;
  /** Aborts when the client cancels or goes away. */
  readonly signal: AbortSignal;
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
const exchangeOf = (context: ServerContext): Exchange => {
  const exchange = context.http?.authInfo?.extra?.exchange as Exchange | undefined;
  if (!exchange?.principal)
    throw new ProtocolError(ProtocolErrorCode.InternalError, 'There is no authenticated caller');
  return exchange;
};

/** An error whose text is meant for the person at the other end. */
export class UserFacingError extends Error {
  static readonly code = 'ERR_USER_FACING';
  override readonly name = 'UserFacingError';
}

const isMeantForClient = (error: unknown): boolean =>
  error instanceof UserFacingError || error instanceof ProtocolError;

/**
 * Runs a handler for the authenticated caller. Guarantees that it does not run without one, and
 * that the text of an unexpected error, which may quote data or secrets, does not leave the server.
 */
export const asCaller = async <T>(
  context: ServerContext,
  handler: (caller: Caller) => T | Promise<T>,
): Promise<T> => {
  const { principal, correlationId, reportFault } = exchangeOf(context);
  try {
    return await handler({ principal, correlationId, signal: context.mcpReq.signal });
  } catch (error) {
    if (isMeantForClient(error)) throw error;
    reportFault(error);
    throw new ProtocolError(
      ProtocolErrorCode.InternalError,
      `Something went wrong on the server. Reference: ${correlationId}`,
    );
  }
};
