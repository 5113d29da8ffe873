import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { UpstreamConnection, UpstreamConnections } from './upstream-connections.ts';

/** One call to the upstream: sent once, or again where nothing can happen twice. */

export interface ReplyHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** Takes a body as it comes. Nothing is called after `end` or `fail`. */
export interface BodySink {
  readonly chunk: (chunk: Buffer) => void;
  readonly end: () => void;
  readonly fail: (cause: unknown) => void;
}

/** A body that is still coming. */
export interface BodySource {
  /** Called once. What has come already is handed over at once. */
  readonly flowInto: (sink: BodySink) => void;
  readonly pause: () => void;
  readonly resume: () => void;
  /** Closes the connection: that is how a cancellation reaches the upstream. The body just ends. */
  readonly abort: () => void;
}

export interface UpstreamReply extends ReplyHead {
  readonly body: Buffer<ArrayBuffer> | BodySource;
}

/** What is wanted of a body: all of it in one piece, each part as it comes, or nothing. */
export type Wanted = 'whole' | 'stream' | 'nothing';

export interface UpstreamCallOptions {
  readonly connections: UpstreamConnections;
  /** Asked again for a second attempt: an identity is good for one request. */
  readonly request: () => Dispatcher.DispatchOptions;
  /** Whether the call may run twice, because it only reads. */
  readonly isRepeatable: boolean;
  readonly wanted: (head: ReplyHead) => Wanted;
  /** Whether a stream is handed on before it says anything: it may say nothing for hours. */
  readonly isSilentAtFirst: boolean;
  /** Called once, when nothing more will come. */
  readonly onOver: () => void;
}

// What is read of an unwanted body, and for how long, before its connection is closed instead.
const unwantedBytes = 64 * 1024;
const unwantedMs = 1000;

const aborted = (): Error => Object.assign(new Error('aborted'), { code: 'ABORT_ERR' });

const nothing = Buffer.alloc(0);

const joined = (chunks: readonly Buffer[]): Buffer<ArrayBuffer> =>
  chunks.length === 1 ? (chunks[0] as Buffer<ArrayBuffer>) : Buffer.concat(chunks);

/**
 * Guarantees that a call which may do something is not sent twice, unless the first attempt cannot
 * have reached the upstream as a whole. Sets no limit of its own to how long an answer may take.
 *
 * @see [RFC 9110 §9.2.2](https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2)
 */
export class UpstreamCall implements BodySource, Dispatcher.DispatchHandler {
  /** The answer, or what it begins with. */
  readonly reply: Promise<UpstreamReply>;
  readonly #options: UpstreamCallOptions;
  readonly #chunks: Buffer[] = [];
  #resolve!: (reply: UpstreamReply) => void;
  #reject!: (cause: unknown) => void;
  #connection: UpstreamConnection;
  /** Of the present attempt; absent until its request is written. */
  #controller: Dispatcher.DispatchController | undefined;
  #head: ReplyHead | undefined;
  #wanted: Wanted = 'whole';
  #sink: BodySink | undefined;
  /** What was left to say when there was no sink yet. */
  #ending: ((sink: BodySink) => void) | undefined;
  #bytesThrownAway = 0;
  #impatience: NodeJS.Timeout | undefined;
  /** Handed on before its end. */
  #isStream = false;
  #isRepeated = false;
  #isAborted = false;
  #isOver = false;

  constructor(options: UpstreamCallOptions) {
    this.#options = options;
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#connection = options.connections.take();
  }

  send(): void {
    this.#controller = undefined;
    this.#connection.send(this.#options.request(), this);
  }

  abort(): void {
    if (this.#isOver) return;
    this.#isAborted = true;
    if (this.#controller) this.#controller.abort(aborted());
    else this.#connection.destroy();
  }

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  flowInto(sink: BodySink): void {
    for (const chunk of this.#chunks.splice(0)) sink.chunk(chunk);
    if (this.#ending) this.#ending(sink);
    else this.#sink = sink;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
  }

  onResponseStart(_: unknown, status: number, headers: IncomingHttpHeaders): void {
    // 103 and the like: the answer is still to come.
    if (status < 200) return;
    this.#head = { status, headers };
    this.#wanted = this.#options.wanted(this.#head);
    if (this.#wanted === 'stream' && this.#options.isSilentAtFirst) this.#begin();
    if (this.#wanted !== 'nothing') return;
    this.#resolve({ status, headers, body: nothing });
    this.#impatience = setTimeout(() => this.abort(), unwantedMs);
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    if (this.#wanted === 'nothing') this.#throwAway(chunk);
    else if (this.#sink) this.#sink.chunk(chunk);
    else {
      this.#chunks.push(chunk);
      // Most event streams that answer a call end with their first event, a moment later.
      if (this.#wanted === 'stream' && this.#chunks.length === 1) setImmediate(() => this.#begin());
    }
  }

  onResponseEnd(): void {
    this.#over();
    this.#options.connections.giveBack(this.#connection);
    this.#end();
  }

  onResponseError(_: unknown, cause: NodeJS.ErrnoException): void {
    if (this.#isOver) return;
    const mayRepeat = this.#mayRepeat(cause);
    this.#connection.destroy();
    if (mayRepeat) {
      this.#isRepeated = true;
      this.#connection = this.#options.connections.takeNew();
      this.send();
      return;
    }
    this.#over();
    // A stream that nobody waits for any more just ends.
    if (this.#isAborted && this.#wanted === 'stream') this.#end();
    else if (this.#isStream) this.#conclude((sink) => sink.fail(cause));
    else this.#reject(this.#isAborted ? aborted() : cause);
  }

  /**
   * Only the upstream's closing of a kept connection is made good, which a new one would not have
   * suffered from, and once.
   */
  #mayRepeat({ syscall }: NodeJS.ErrnoException): boolean {
    if (this.#isAborted || this.#isRepeated || this.#head) return false;
    if (!this.#connection.hasAnswered) return false;
    // Nothing was written yet; or not all of it, and half a message is none.
    const isWhole = this.#controller !== undefined && syscall !== 'write';
    return !isWhole || this.#options.isRepeatable;
  }

  /** Hands on what there is, and what is still to come. */
  #begin(): void {
    if (this.#isOver || this.#isStream) return;
    this.#isStream = true;
    this.#resolve({ ...(this.#head as ReplyHead), body: this });
  }

  #end(): void {
    if (this.#isStream) this.#conclude((sink) => sink.end());
    else this.#resolve({ ...(this.#head as ReplyHead), body: joined(this.#chunks) });
  }

  #conclude(ending: (sink: BodySink) => void): void {
    if (this.#sink) ending(this.#sink);
    else this.#ending = ending;
  }

  #throwAway(chunk: Buffer): void {
    this.#bytesThrownAway += chunk.length;
    if (this.#bytesThrownAway > unwantedBytes) this.abort();
  }

  #over(): void {
    this.#isOver = true;
    clearTimeout(this.#impatience);
    this.#options.onOver();
  }
}
