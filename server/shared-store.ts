import { Redis } from 'ioredis';

/**
 * The one Redis or Valkey that several processes of a server share. It is never in the way: a
 * command fails at once when there is no connection, and after {@link commandTimeoutMs} when there
 * is no answer. What is done then is up to whoever asked.
 */
export interface SharedStore {
  readonly commands: Redis;
  /** A connection of its own for subscriptions, which can do nothing else. It resubscribes by itself. */
  readonly subscriber: () => Redis;
  /** Waits for the first connection, for at most two seconds. */
  readonly ready: () => Promise<void>;
  readonly close: () => void;
}

/** Longer than a store in the same region ever needs, shorter than anybody notices. */
const commandTimeoutMs = 50;
const firstConnectionMs = 2000;

const connect = (url: string): Redis => {
  const redis = new Redis(url, {
    connectTimeout: 2000,
    commandTimeout: commandTimeoutMs,
    // A command fails at once when there is no connection: waiting is what the client would notice.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    enableAutoPipelining: true,
    retryStrategy: (attempt) => Math.min(2000, attempt * 100),
  });
  // Without a listener it would be printed; whether the store works is seen where it is used.
  redis.on('error', () => undefined);
  return redis;
};

const readiness = (redis: Redis): Promise<void> =>
  new Promise((resolve) => {
    if (redis.status === 'ready') return resolve();
    const timer = setTimeout(resolve, firstConnectionMs);
    redis.once('ready', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** Connects in the background. The URL is `redis://` or `rediss://` and may hold a password. */
export const openSharedStore = (url: string): SharedStore => {
  const commands = connect(url);
  const connections = [commands];
  return {
    commands,
    subscriber: () => {
      const subscriber = connect(url);
      connections.push(subscriber);
      return subscriber;
    },
    ready: () => readiness(commands),
    close: () => {
      for (const connection of connections) connection.disconnect();
    },
  };
};
