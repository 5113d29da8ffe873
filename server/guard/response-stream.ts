import type { IncomingMessage } from 'node:http';

/** How the body of an upstream's response becomes the body of ours: chunk by chunk, unbuffered. */

const keepAlive = new TextEncoder().encode(': keep-alive\n\n');

const endsEvent = (chunk: Uint8Array): boolean =>
  /(?:\n\n|\r\n\r\n|\r\r)$/.test(Buffer.from(chunk.subarray(-4)).toString('latin1'));

/** Says something between two events when nobody else does, never inside of one. */
const startKeepAlive = (
  incoming: IncomingMessage,
  keepAliveMs: number,
  say: (comment: Uint8Array) => void,
): void => {
  let isBetweenEvents = true;
  const timer = setInterval(() => isBetweenEvents && say(keepAlive), keepAliveMs);
  incoming.on('data', (chunk: Buffer) => {
    isBetweenEvents = endsEvent(chunk);
    timer.refresh();
  });
  incoming.once('close', () => clearInterval(timer));
};

export interface ResponseStreamOptions {
  /** Aborted by us or by the client: then the stream just ends. */
  readonly signal: AbortSignal;
  /** For event streams: how long silence may last. */
  readonly keepAliveMs?: number;
  /** Called once, when nothing more will come. */
  readonly ended: () => void;
}

type Controller = ReadableStreamDefaultController<Uint8Array>;

/** Closes or fails a stream, whichever comes first, and only once. */
const settlementOf = (controller: Controller, { signal, ended }: ResponseStreamOptions) => {
  let isSettled = false;
  const settle = (finish: () => void): void => {
    if (isSettled) return;
    isSettled = true;
    finish();
    ended();
  };
  return {
    isSettled: () => isSettled,
    end: () => settle(() => controller.close()),
    fail: (cause: unknown) =>
      settle(() => (signal.aborted ? controller.close() : controller.error(cause))),
    // A cancelled stream is closed already.
    giveUp: () => settle(() => undefined),
  };
};

/**
 * Guarantees back-pressure in one direction and cancellation in the other: a client that reads
 * slowly slows the upstream down, a client that goes away closes its connection. An upstream that
 * dies in the middle of an answer makes the stream fail rather than end.
 */
export const responseStream = (
  incoming: IncomingMessage,
  options: ResponseStreamOptions,
): ReadableStream<Uint8Array> => {
  let settlement: ReturnType<typeof settlementOf>;
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      settlement = settlementOf(controller, options);
      const say = (chunk: Uint8Array): void => {
        if (!settlement.isSettled()) controller.enqueue(chunk);
      };
      if (options.keepAliveMs !== undefined) startKeepAlive(incoming, options.keepAliveMs, say);
      incoming.on('data', (chunk: Buffer) => {
        say(chunk);
        if ((controller.desiredSize ?? 0) <= 0) incoming.pause();
      });
      incoming.once('end', settlement.end);
      incoming.once('error', settlement.fail);
      incoming.once('close', () => settlement.fail(new Error('the upstream hung up')));
    },
    pull: () => {
      incoming.resume();
    },
    cancel: () => {
      settlement.giveUp();
      incoming.destroy();
    },
  });
};
