/**
 * Runs `onEnd` once, when the last byte of a response has been taken or nobody wants it any more.
 * An ordinary body counts as taken at once: it is in memory and costs nobody a place.
 */
export const whenTaken = (response: Response, onEnd: () => void): Response => {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  if (!isStream || !response.body) {
    onEnd();
    return response;
  }
  const reader = response.body.getReader();
  let isOver = false;
  const end = () => {
    if (!isOver) onEnd();
    isOver = true;
  };
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        const { done, value } = await reader.read();
        if (!done) {
          controller.enqueue(value);
          return;
        }
        end();
        controller.close();
      } catch (fault) {
        end();
        controller.error(fault);
      }
    },
    cancel: (reason) => {
      end();
      return reader.cancel(reason);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
};
