import type { SharedStore } from '../shared-store.ts';
import { type Change, parseChange } from './change.ts';
import type { ChangeBus } from './change-bus.ts';

/**
 * Changes for all processes, through publish and subscribe of Redis or Valkey. Listeners of this
 * process hear at once, whatever the store does; those of the others while it works.
 */

/** A URI and a person's ids; longer is not ours. */
const maxMessageLength = 16 * 1024;
/** How often the connections are asked whether they still work. */
const heartbeatMs = 5000;

export interface SharedChangeBusOptions {
  readonly local: ChangeBus;
  /** Servers that share a store must not hear each other. */
  readonly channel: string;
  /** From here on, changes reach listeners of this process alone. */
  readonly onDegraded: (cause: string) => void;
  /** What has changed in the meantime elsewhere is not told again. */
  readonly onRestored: () => void;
}

interface Message {
  readonly origin: unknown;
  readonly change: unknown;
}

/** A change of another process; undefined for one's own echo, and for what no server has written. */
const changeOf = (text: string, ownOrigin: string): Change | undefined => {
  if (text.length > maxMessageLength) return undefined;
  try {
    const { origin, change } = JSON.parse(text) as Message;
    return origin === ownOrigin ? undefined : parseChange(change);
  } catch {
    return undefined;
  }
};

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');

/** Reports each change of the common state of several parts once. */
const createCondition = ({ onDegraded, onRestored }: SharedChangeBusOptions) => {
  const broken = new Set<string>();
  return {
    failed: (part: string, cause: string) => {
      if (broken.size === 0) onDegraded(cause);
      broken.add(part);
    },
    worked: (part: string) => {
      if (broken.delete(part) && broken.size === 0) onRestored();
    },
  };
};

/** Keeps this process subscribed: after every reconnection anew, and a connection that hangs is cut. */
const keepSubscribed = (
  store: SharedStore,
  channel: string,
  condition: ReturnType<typeof createCondition>,
  onMessage: (text: string) => void,
): (() => void) => {
  const subscriber = store.subscriber();
  let isStopped = false;
  const reconnect = (error: unknown) => {
    if (isStopped) return;
    condition.failed('subscribe', nameOf(error));
    subscriber.disconnect(true);
  };
  const askPublisher = () =>
    store.commands.ping().then(
      () => condition.worked('publish'),
      (error: unknown) => condition.failed('publish', nameOf(error)),
    );
  const subscribe = () =>
    subscriber.subscribe(channel).then(() => {
      condition.worked('subscribe');
      return askPublisher();
    }, reconnect);
  subscriber.on('ready', () => void subscribe());
  subscriber.on('close', () => {
    if (!isStopped) condition.failed('subscribe', 'ConnectionClosed');
  });
  subscriber.on('message', (_, text) => onMessage(text));
  const heartbeat = setInterval(() => {
    if (subscriber.status === 'ready') subscriber.ping().catch(reconnect);
    void askPublisher();
  }, heartbeatMs);
  heartbeat.unref();
  return () => {
    isStopped = true;
    clearInterval(heartbeat);
  };
};

/** Connects in the background; does not close the store. */
export const createSharedChangeBus = (
  store: SharedStore,
  options: SharedChangeBusOptions,
): ChangeBus => {
  const { local, channel } = options;
  const origin = crypto.randomUUID();
  const condition = createCondition(options);
  const stop = keepSubscribed(store, channel, condition, (text) => {
    const change = changeOf(text, origin);
    if (change) local.publish(change);
  });
  return {
    publish: (change) => {
      local.publish(change);
      store.commands.publish(channel, JSON.stringify({ origin, change })).then(
        () => condition.worked('publish'),
        (error: unknown) => condition.failed('publish', nameOf(error)),
      );
    },
    subscribe: local.subscribe,
    close: async () => {
      stop();
      await local.close();
    },
  };
};
