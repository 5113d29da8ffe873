/**
 * A whole body, or undefined when it is longer than `maxBytes`: then no more of it is read. Does not
 * limit how long reading takes: whoever made the request does.
 */
export const readBounded = async (
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Buffer | undefined> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
