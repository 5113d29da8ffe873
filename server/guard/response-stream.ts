import type { BodySource } from './upstream-call.ts';

/** How a body of the upstream that is still coming becomes one of ours: chunk by chunk, unbuffered. */

const keepAlive = new TextEncoder().encode(': keep-alive\n\n');

const endsEvent = (chunk: Buffer): boolean =>
  /(?:\n\n|\r\n\r\n|\r\r)$/.test(chunk.subarray(-4).toString('latin1'));

/** Says something between two events when nobody else does, never inside of one. */
class SilenceBreaker {
  readonly #timer: NodeJS.Timeout;
  #isBetweenEvents = true;

  constructor(keepAliveMs: number, say: (comment: Uint8Array) => void) {
    this.#timer = setInterval(() => this.#isBetweenEvents && say(keepAlive), keepAliveMs);
  }

  heard(chunk: Buffer): void {
    this.#isBetweenEvents = endsEvent(chunk);
    this.#timer.refresh();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/**
 * Guarantees back-pressure in one direction and cancellation in the other: a client that reads
 * slowly slows the upstream down, a client that goes away closes its connection. An upstream that
 * dies in the middle of an answer makes the stream fail rather than end.
 *
 * @param keepAliveMs how long silence may last
 */
export const responseStream = (
  source: BodySource,
  keepAliveMs: number,
): ReadableStream<Uint8Array> => {
  let silence: SilenceBreaker;
  let isWanted = true;
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      silence = new SilenceBreaker(keepAliveMs, (comment) => controller.enqueue(comment));
      source.flowInto({
        chunk: (chunk) => {
          silence.heard(chunk);
          controller.enqueue(chunk);
          if ((controller.desiredSize ?? 0) <= 0) source.pause();
        },
        end: () => {
          silence.stop();
          // One that was cancelled is closed already.
          if (isWanted) controller.close();
        },
        fail: (cause) => {
          silence.stop();
          if (isWanted) controller.error(cause);
        },
      });
    },
    pull: () => source.resume(),
    cancel: () => {
      isWanted = false;
      silence.stop();
      source.abort();
    },
  });
};
