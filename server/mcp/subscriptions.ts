import {
  type AuthInfo,
  createMcpHandler,
  type McpServerFactory,
  type ServerEventBus,
} from '@modelcontextprotocol/server';
import { isWithinReach } from '../../oauth/change-reach.ts';
import type { Principal } from '../../oauth/principal.ts';
import type { Answer } from '../answer.ts';
import { unchallengedRefusal } from '../refusal.ts';
import { createStreamLifetimes } from '../stream-lifetime.ts';
import type { BackendEnvironment } from './backend.ts';
import { endingWith } from './stream-end.ts';

/** Streams of `subscriptions/listen` (MCP 2026-07-28), each bound to whoever opened it. */
export interface Subscriptions {
  readonly open: (
    request: Request,
    call: {
      readonly parsedBody: unknown;
      readonly authInfo: AuthInfo;
      readonly principal: Principal;
    },
  ) => Promise<Answer>;
  /** Ends every stream with a result, which tells clients to listen anew: elsewhere, if need be. */
  readonly close: () => Promise<void>;
}

export type SubscriptionsOptions = Pick<
  BackendEnvironment,
  'now' | 'changes' | 'keepAliveMs' | 'isRevoked'
>;

export const isSubscription = (body: unknown): boolean =>
  (body as { readonly method?: unknown } | undefined)?.method === 'subscriptions/listen';

/** The changes that one principal may learn of. Nothing is published here. */
const heardBy = (
  principal: Principal,
  { changes, isRevoked }: SubscriptionsOptions,
): ServerEventBus => ({
  publish: () => undefined,
  subscribe: (listener) =>
    changes.subscribe(({ reach, ...event }) => {
      // The stream of a revoked token ends in a moment; until then it is silent.
      if (isWithinReach(principal, reach) && !isRevoked(principal)) listener(event);
    }),
});

/**
 * One handler of the SDK per stream, because the SDK's bus does not know who listens. Guarantees that
 * a stream carries what its principal may learn and nothing else, and ends with the access token. Which resources may be listened to
 * has been decided before, by the access policy.
 */
export const createSubscriptions = (
  factory: McpServerFactory,
  options: SubscriptionsOptions,
): Subscriptions => {
  const open = new Set<{ readonly close: () => Promise<void> }>();
  const watchLifetime = createStreamLifetimes(options);
  let isClosed = false;
  return {
    open: async (request, { parsedBody, authInfo, principal }) => {
      // Its connection is about to be closed, too: the client asks again elsewhere.
      if (isClosed) return unchallengedRefusal({ reason: 'overloaded', retryAfterSeconds: 1 });
      const { keepAliveMs } = options;
      const handler = createMcpHandler(factory, { bus: heardBy(principal, options), keepAliveMs });
      open.add(handler);
      // With a result: the client asks anew, and learns with a 401 why it was ended.
      const stopWatching = watchLifetime(principal, () => void handler.close());
      const forget = async () => {
        stopWatching();
        open.delete(handler);
      };
      try {
        return await endingWith(await handler.fetch(request, { parsedBody, authInfo }), forget);
      } catch (fault) {
        await forget();
        throw fault;
      }
    },
    close: async () => {
      isClosed = true;
      await Promise.all([...open].map((handler) => handler.close()));
    },
  };
};
