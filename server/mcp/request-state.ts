import {
  createRequestStateCodec,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { HandlerRefusal } from '../handler-refusal.ts';
import type { HandleProblem } from '../owned-handle.ts';
import type { Exchange } from './caller.ts';
import { handleRejection } from './handles.ts';

/** Whose state it is. No caller, no state: `mint` and `verify` throw. */
const exchangeOf = ({ http }: ServerContext): Exchange => {
  const exchange = http?.authInfo?.extra?.exchange as Exchange | undefined;
  if (!exchange) throw new Error('there is no authenticated caller to bind the state to');
  return exchange;
};

/** Everything but the tenant, which is looked at first, so that the log can tell the two apart. */
const bindingOf = (context: ServerContext): string => {
  const { issuer, subject, clientId } = exchangeOf(context).principal;
  // As JSON, because parts that are merely joined can be shifted against each other.
  return JSON.stringify([context.mcpReq.method, issuer, subject, clientId]);
};

/** The payload with the tenant it was minted in. */
interface Stamped<T> {
  readonly tenant: string | null;
  readonly payload: T;
}

// The causes that the SDK's codec gives. An expired state is nobody's attack.
const problemOf = (cause: unknown): HandleProblem => {
  const message = cause instanceof Error ? cause.message : '';
  if (message === 'expired') return 'expired';
  return message === 'bind' ? 'subject' : 'unknown';
};

/** On the record; somebody else's state refuses the whole call with 403. */
const refuse = (
  { principal, refuse: refuseCall, reportFault }: Exchange,
  problem: HandleProblem,
) => {
  const rejection = handleRejection(problem, principal);
  if (!rejection) return;
  if (problem === 'unknown') reportFault(new HandlerRefusal(rejection));
  else refuseCall(rejection);
};

/**
 * State that travels through the client between the rounds of one call (MCP 2026-07-28,
 * `requestState`). Guarantees that it comes back unchanged, in time, from the same person of the same
 * tenant with the same client, and for the same method. Signed, not encrypted: the client can read it.
 * State of another tenant or person refuses the call with 403 and is on the record.
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
}): RequestStateCodec<T> => {
  const codec = createRequestStateCodec<Stamped<T>>({ ...options, bind: bindingOf });
  return {
    mint: async (payload, context) => {
      if (!context) throw new Error('there is no call to bind the state to');
      const tenant = exchangeOf(context).principal.tenant ?? null;
      return codec.mint({ tenant, payload }, context);
    },
    verify: async (state, context) => {
      const exchange = exchangeOf(context);
      const stamped = await codec.verify(state, context).catch((cause: unknown) => {
        refuse(exchange, problemOf(cause));
        throw cause;
      });
      if (stamped.tenant === (exchange.principal.tenant ?? null)) return stamped.payload;
      refuse(exchange, 'tenant');
      throw new Error('bind');
    },
  };
};
