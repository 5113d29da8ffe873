import { Client, type Dispatcher } from 'undici';

/**
 * Connections to the upstream, kept for the next call: a new one costs five times what a call over a
 * kept one does.
 *
 * A kept connection can be closed by the upstream at any moment, and a request that crosses with that
 * is lost. So a connection rests for less time than any server is known to wait, it is looked at
 * before it is used again, and whoever uses it learns whether it was.
 */

// Servers close resting connections after 2 s (gunicorn), 5 s (Node, uvicorn) or more. Whoever calls
// less often than once in this time does not notice what a connection costs.
const restMs = 1000;
// Taken off what the upstream promises in `Keep-Alive: timeout`.
const marginMs = 1000;
const mostAtRest = 256;

const options: Client.Options = {
  pipelining: 1,
  keepAliveTimeout: restMs,
  keepAliveMaxTimeout: restMs,
  keepAliveTimeoutThreshold: marginMs,
  // A silent tool may take minutes, and a stream may be silent for hours.
  headersTimeout: 0,
  bodyTimeout: 0,
};

/** One connection at a time; it is opened when it is needed. */
export class UpstreamConnection {
  readonly #client: Client;
  #hasAnswered = false;

  constructor(origin: string, onClosed: (connection: UpstreamConnection) => void) {
    this.#client = new Client(origin, options);
    this.#client.on('disconnect', () => {
      this.#hasAnswered = false;
      onClosed(this);
    });
  }

  /** Whether it has been used before, so that the upstream may have closed it meanwhile. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  send(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#client.dispatch(request, handler);
  }

  answered(): void {
    this.#hasAnswered = true;
  }

  /** Whatever is under way fails. */
  destroy(): void {
    void this.#client.destroy();
  }

  /** After what is under way. */
  retire(): void {
    void this.#client.close();
  }
}

/**
 * Guarantees that no connection carries two calls at once, that one which failed is never used again,
 * and that at most 256 are at rest, none for longer than a second. Does not limit how many are in
 * use: the pipeline limits calls.
 */
export class UpstreamConnections {
  readonly #origin: string;
  // The last one used is the first one taken: the others get old, and close.
  readonly #atRest: UpstreamConnection[] = [];
  // Answered in this turn of the event loop and in the one before it.
  #answeredNow: UpstreamConnection[] = [];
  #answeredBefore: UpstreamConnection[] = [];
  #isClosed = false;

  constructor(origin: string) {
    this.#origin = origin;
  }

  take(): UpstreamConnection {
    return this.#atRest.pop() ?? this.takeNew();
  }

  takeNew(): UpstreamConnection {
    return new UpstreamConnection(this.#origin, (connection) => this.#forget(connection));
  }

  /** After a whole answer. */
  giveBack(connection: UpstreamConnection): void {
    connection.answered();
    if (this.#answeredNow.length + this.#answeredBefore.length === 0) setImmediate(this.#turn);
    this.#answeredNow.push(connection);
  }

  /** Those at rest; the others as they are given back. */
  close(): void {
    this.#isClosed = true;
    for (const connection of this.#atRest.splice(0)) connection.retire();
  }

  /**
   * Sockets are looked at once in a turn of the event loop. Some servers close after an answer and
   * do not say so in it; what they do becomes known a turn later, so a connection waits for that.
   */
  readonly #turn = (): void => {
    for (const connection of this.#answeredBefore) this.#rest(connection);
    this.#answeredBefore = this.#answeredNow;
    this.#answeredNow = [];
    if (this.#answeredBefore.length > 0) setImmediate(this.#turn);
  };

  #rest(connection: UpstreamConnection): void {
    if (!connection.hasAnswered) connection.destroy();
    else if (this.#isClosed || this.#atRest.length >= mostAtRest) connection.retire();
    else this.#atRest.push(connection);
  }

  #forget(connection: UpstreamConnection): void {
    const index = this.#atRest.indexOf(connection);
    // One that has been taken meanwhile opens again by itself.
    if (index < 0) return;
    this.#atRest.splice(index, 1);
    connection.destroy();
  }
}
