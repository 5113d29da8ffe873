import type { Answer } from './answer.ts';

export const isEventStream = (answer: Answer): answer is Response =>
  answer instanceof Response &&
  (answer.headers.get('content-type')?.startsWith('text/event-stream') ?? false);

export interface UnderWayOptions {
  /** Called once, when the last byte has been taken or nobody wants it any more. */
  readonly ended: () => void;
  /** Whether to wait until an event stream says something: until then it can still be taken back. */
  readonly untilBegun: boolean;
}

/**
 * The same response, under observation. An ordinary body counts as taken at once: it is in memory
 * and costs nobody a place. Rejects when a stream that is waited for fails before its first byte.
 */
export const underWay = async <A extends Answer>(
  response: A,
  { ended, untilBegun }: UnderWayOptions,
): Promise<A | Response> => {
  if (!isEventStream(response) || !response.body) {
    ended();
    return response;
  }
  const reader = response.body.getReader();
  let isOver = false;
  const end = () => {
    if (!isOver) ended();
    isOver = true;
  };
  const read = () =>
    reader.read().catch((fault: unknown) => {
      end();
      throw fault;
    });
  let first = untilBegun ? await read() : undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = first ?? (await read());
        first = undefined;
        if (!done) {
          controller.enqueue(value);
          return;
        }
        end();
        controller.close();
      },
      cancel: (reason) => {
        end();
        return reader.cancel(reason);
      },
    },
    // Nothing is read ahead: back-pressure reaches whoever writes.
    { highWaterMark: 0 },
  );
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
};
