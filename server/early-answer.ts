import { type Answer, toResponse } from './answer.ts';
import { isEventStream } from './call-under-way.ts';

/**
 * CloudFront waits 30 s for the first byte of an answer and an ALB 60 s between two bytes. A tool that
 * thinks for longer and says nothing would be a 504 to the client, so the answer begins before there is
 * one: as an event stream, which every MCP client has to accept, with comments to keep it alive.
 */

export interface Patience {
  /** An answer that is ready by then is sent as it is. */
  readonly firstByteMs: number;
  readonly keepAliveMs: number;
}

/** Below every idle timeout on the way: CloudFront’s origin response (30 s), the ALB’s (60 s). */
export const defaultPatience: Patience = { firstByteMs: 5000, keepAliveMs: 10_000 };

/** What was asked, as far as it matters here. */
export interface Asked {
  readonly accept: string | null;
  readonly body: unknown;
  /** The handler failed after the answer had begun. */
  readonly onLateFault: (fault: unknown) => void;
}

const encoder = new TextEncoder();
// WHATWG HTML §9.2.6: a line that starts with a colon is a comment.
const keepAlive = encoder.encode(': keep-alive\n\n');

/** Only a single request that gets an answer, from a client that takes streams, can wait this way. */
const canWait = ({ accept, body }: Asked): boolean => {
  const id = (body as { readonly id?: unknown } | null | undefined)?.id;
  const isRequest = typeof id === 'string' || typeof id === 'number';
  return isRequest && (accept ?? '').includes('text/event-stream');
};

const messageEvent = (json: string): Uint8Array =>
  // One line: JSON has no raw line break outside of white space, and none inside of strings.
  encoder.encode(`event: message\ndata: ${json.replaceAll(/[\r\n]/g, ' ')}\n\n`);

const failure = (id: unknown): string =>
  JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32603, message: 'Internal error' } });

/**
 * The message of an answer that is not a stream. A refusal without an id answers nobody in a stream,
 * so it gets the one of the request.
 */
const lateMessage = (text: string, id: unknown): string => {
  try {
    const message = JSON.parse(text) as { readonly id?: unknown; readonly error?: unknown };
    const isForNobody = message.error !== undefined && (message.id ?? null) === null;
    return isForNobody ? JSON.stringify({ ...message, id }) : text;
  } catch {
    return failure(id);
  }
};

type Controller = ReadableStreamDefaultController<Uint8Array>;

/** Hands the late answer on, whatever form it has. Returns when it is complete. */
const passOn = async (
  response: Response,
  controller: Controller,
  {
    id,
    onReader,
  }: {
    readonly id: unknown;
    readonly onReader: (reader: ReadableStreamDefaultReader<Uint8Array>) => void;
  },
): Promise<void> => {
  if (!isEventStream(response) || !response.body) {
    const text = await response.text();
    if (text) controller.enqueue(messageEvent(lateMessage(text, id)));
    return;
  }
  const reader = response.body.getReader();
  onReader(reader);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    controller.enqueue(value);
  }
};

const lateStream = (
  answer: Promise<Response>,
  { body, onLateFault }: Asked,
  keepAliveMs: number,
): ReadableStream<Uint8Array> => {
  const { id } = body as { readonly id: unknown };
  let timer: NodeJS.Timeout | undefined;
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let isOver = false;
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      const say = (bytes: Uint8Array) => isOver || controller.enqueue(bytes);
      say(keepAlive);
      timer = setInterval(() => say(keepAlive), keepAliveMs);
      const finish = () => {
        clearInterval(timer);
        if (!isOver) controller.close();
        isOver = true;
      };
      answer
        .then((response) => {
          // From here on, whoever answers keeps the stream alive.
          if (isEventStream(response)) clearInterval(timer);
          return isOver
            ? response.body?.cancel()
            : passOn(response, controller, {
                id,
                onReader: (source) => {
                  reader = source;
                },
              });
        })
        .catch((fault: unknown) => {
          onLateFault(fault);
          say(messageEvent(failure(id)));
        })
        .then(finish, finish);
    },
    cancel: async () => {
      isOver = true;
      clearInterval(timer);
      await reader?.cancel();
    },
  });
};

/**
 * The answer, if it is there in time; else the beginning of an event stream that ends with it. The
 * status is 200 then, and what was decided late is in the JSON-RPC message.
 *
 * Does not cancel anything: the signal of the call does when the client goes away.
 */
export const answerInTime = async (
  answer: Promise<Answer>,
  asked: Asked,
  { firstByteMs, keepAliveMs }: Patience,
): Promise<Answer> => {
  if (!canWait(asked)) return answer;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), firstByteMs);
  });
  try {
    const response = await Promise.race([answer, late]);
    if (response) return response;
  } finally {
    clearTimeout(timer);
  }
  return new Response(lateStream(answer.then(toResponse), asked, keepAliveMs), {
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      // nginx would collect the comments until its buffer is full.
      'x-accel-buffering': 'no',
    },
  });
};
