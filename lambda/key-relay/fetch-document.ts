/** `fetch`, or what a test puts in its place. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const timeoutMs = 5000;
const maxBytes = 64 * 1024;

const readBounded = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    if (length > maxBytes) throw new Error('too_large');
    chunks.push(chunk);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
};

/**
 * The text at a fixed URL: 5 s, 64 KB, status 200, no redirect.
 *
 * @throws Error when there is none
 */
export const fetchDocument = async (url: string, fetch: Fetch): Promise<string> => {
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    // Following a redirect would let whoever controls one URL of the issuer choose our keys.
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status !== 200) throw new Error(`status_${response.status}`);
  return readBounded(response);
};
