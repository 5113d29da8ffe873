/** As much of HTTP/1.1 as tells a load generator that an answer is complete. */

const endOfHead = Buffer.from('\r\n\r\n');
const endOfChunks = Buffer.from('\r\n0\r\n\r\n');

/** Whether the buffer holds one whole answer. Nothing follows it: there is no pipelining. */
export const isWhole = (buffer: Buffer): boolean => {
  const head = buffer.indexOf(endOfHead);
  if (head < 0) return false;
  const fields = buffer.toString('latin1', 0, head).toLowerCase();
  const length = /\r\ncontent-length: *(\d+)/.exec(fields)?.[1];
  if (length !== undefined) return buffer.length >= head + 4 + Number(length);
  if (!fields.includes('transfer-encoding: chunked')) return true;
  return buffer.subarray(-endOfChunks.length).equals(endOfChunks);
};

export const closesConnection = (answer: Buffer): boolean =>
  answer.toString('latin1', 0, 400).toLowerCase().includes('connection: close');

export const statusOf = (answer: Buffer): string => answer.toString('latin1', 9, 12);

export const percentile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
