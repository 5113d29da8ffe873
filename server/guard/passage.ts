import type { Exchange } from '../mcp/caller.ts';
import {
  createStreamLifetimes,
  type StreamLifetimeOptions,
  type WatchStreamLifetime,
} from '../stream-lifetime.ts';

/** One request on its way through the guard. */
export interface Passage {
  readonly request: Request;
  readonly exchange: Exchange;
  readonly parsedBody: unknown;
  /** The upstream's own id of the session, if the client is in one. */
  readonly sessionId?: string;
  /** Aborts when the client goes away, the token expires or the guard closes. */
  readonly controller: AbortController;
}

/** A stream without an end of its own must not outlive the access token that opened it. */
const isEndless = ({ request, parsedBody }: Passage): boolean =>
  request.method === 'GET' ||
  (Array.isArray(parsedBody) ? parsedBody : [parsedBody]).some(
    (message) => message?.method === 'subscriptions/listen',
  );

/** Passages that are under way, so that the guard can end them when it closes. */
export class OpenPassages {
  readonly #open = new Set<AbortController>();
  readonly #endless = new Set<AbortController>();
  readonly #watchLifetime: WatchStreamLifetime;

  constructor(options: StreamLifetimeOptions) {
    this.#watchLifetime = createStreamLifetimes(options);
  }

  /** Ends the passage with the client or the access token; the result is called when it is over. */
  add(passage: Passage): () => void {
    const { controller, request, exchange } = passage;
    const abort = () => controller.abort();
    const endless = isEndless(passage);
    const stopWatching = endless ? this.#watchLifetime(exchange.principal, abort) : undefined;
    request.signal.addEventListener('abort', abort, { once: true });
    if (request.signal.aborted) abort();
    this.#open.add(controller);
    if (endless) this.#endless.add(controller);
    return () => {
      stopWatching?.();
      request.signal.removeEventListener('abort', abort);
      this.#open.delete(controller);
      this.#endless.delete(controller);
    };
  }

  abortEndless(): void {
    for (const controller of this.#endless) controller.abort();
  }

  abortAll(): void {
    for (const controller of this.#open) controller.abort();
  }
}
