import type { McpCall } from '../mcp/backend.ts';
import {
  createStreamLifetimes,
  type StreamLifetimeOptions,
  type WatchStreamLifetime,
} from '../stream-lifetime.ts';

/** A GET or `subscriptions/listen`: a stream without an end of its own. */
const isEndless = ({ method, body }: McpCall): boolean =>
  method === 'GET' ||
  (Array.isArray(body) ? body : [body]).some(
    (message) => message?.method === 'subscriptions/listen',
  );

type Abort = () => void;

/** Calls on their way through the guard, so that it can end them when it closes. */
export class OpenPassages {
  readonly #open = new Set<Abort>();
  readonly #endless = new Set<Abort>();
  readonly #watchLifetime: WatchStreamLifetime;

  constructor(options: StreamLifetimeOptions) {
    this.#watchLifetime = createStreamLifetimes(options);
  }

  /**
   * Remembers how to end a call, and ends an endless one with the access token that opened it. The
   * result is to be called when it is over.
   */
  add(call: McpCall, abort: Abort): () => void {
    this.#open.add(abort);
    if (!isEndless(call)) return () => this.#open.delete(abort);
    this.#endless.add(abort);
    const stopWatching = this.#watchLifetime(call.exchange.principal, abort);
    return () => {
      stopWatching();
      this.#open.delete(abort);
      this.#endless.delete(abort);
    };
  }

  abortEndless(): void {
    for (const abort of this.#endless) abort();
  }

  abortAll(): void {
    for (const abort of this.#open) abort();
  }
}
