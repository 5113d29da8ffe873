import {
  createRequestStateCodec,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Principal } from '../../oauth/principal.ts';

/** Whose the state is, and what it is for. No principal, no state: `mint` and `verify` throw. */
const bindingOf = ({ http, mcpReq }: ServerContext): string => {
  const principal = http?.authInfo?.extra?.principal as Principal | undefined;
  if (!principal) throw new Error('there is no authenticated caller to bind the state to');
  const { issuer, tenant, subject, clientId } = principal;
  // As JSON, because parts that are merely joined can be shifted against each other.
  return JSON.stringify([mcpReq.method, issuer, tenant ?? null, subject, clientId]);
};

/**
 * State that travels through the client between the rounds of one call (MCP 2026-07-28,
 * `requestState`). Guarantees that it comes back unchanged, in time, from the same person of the same
 * tenant with the same client, and for the same method. Signed, not encrypted: the client can read it.
 *
 * Does not make it single use. Every task needs the same key, of at least 32 bytes.
 *
 * @example
 * const approval = createRequestState<{ id: string }>({ key });
 * await serve({ name: 'approvals', version: '1.0.0', tools, requestState: approval });
 */
export const createRequestState = <T = unknown>(options: {
  readonly key: Uint8Array | string;
  /** @default 600 */
  readonly ttlSeconds?: number;
}): RequestStateCodec<T> => createRequestStateCodec<T>({ ...options, bind: bindingOf });
