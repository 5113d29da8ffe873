/**
 * The same response, with somebody told once when its body has been read to the end, was given up
 * or failed. A response without a body is over at once.
 */
export const endingWith = async (
  response: Response,
  ended: () => Promise<void>,
): Promise<Response> => {
  if (!response.body) {
    await ended();
    return response;
  }
  const reader = response.body.getReader();
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read();
          if (!done) {
            controller.enqueue(value);
            return;
          }
          await ended();
          controller.close();
        } catch (error) {
          await ended();
          controller.error(error);
        }
      },
      cancel: async (reason) => {
        await reader.cancel(reason).catch(() => undefined);
        await ended();
      },
    },
    // Nothing is read ahead: back-pressure reaches whoever writes.
    { highWaterMark: 0 },
  );
  return new Response(body, { status: response.status, headers: response.headers });
};
