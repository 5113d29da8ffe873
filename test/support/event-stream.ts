/** The messages of one event stream, as they come. */

export type StreamMessage = Readonly<Record<string, unknown>> & { readonly method?: string };

export interface EventStream {
  readonly messages: readonly StreamMessage[];
  /** Comments, which keep a stream alive. */
  readonly comments: () => number;
  /** Resolves with the first message that fits, past ones included; rejects after `timeoutMs`. */
  readonly until: (
    fits: (message: StreamMessage) => boolean,
    timeoutMs?: number,
  ) => Promise<StreamMessage>;
  /** Resolves when the server ends the stream, or it breaks. */
  readonly ended: Promise<'ended' | 'broken'>;
  readonly cancel: () => Promise<void>;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export const readEventStream = (response: Response): EventStream => {
  const messages: StreamMessage[] = [];
  let comments = 0;
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const take = (event: string): void => {
    const lines = event.split('\n');
    comments += lines.filter((line) => line.startsWith(':')).length;
    const data = lines.filter((line) => line.startsWith('data: '));
    if (data.length > 0) messages.push(JSON.parse(data.map((line) => line.slice(6)).join('\n')));
  };
  const ended = (async () => {
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return 'ended' as const;
        const events = (rest + decoder.decode(value, { stream: true })).split('\n\n');
        rest = events.pop() ?? '';
        for (const event of events) take(event);
      }
    } catch {
      return 'broken' as const;
    }
  })();
  return {
    messages,
    comments: () => comments,
    until: async (fits, timeoutMs = 5000) => {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const found = messages.find(fits);
        if (found) return found;
        if (Date.now() > deadline) throw new Error(`not among ${JSON.stringify(messages)}`);
        await pause(10);
      }
    },
    ended,
    cancel: () => reader.cancel(),
  };
};

export const isUpdateOf =
  (uri: string) =>
  ({ method, params }: StreamMessage): boolean =>
    method === 'notifications/resources/updated' &&
    (params as { readonly uri?: string } | undefined)?.uri === uri;
