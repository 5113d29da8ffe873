import { request as httpRequest, type IncomingMessage } from 'node:http';

/** One request to the upstream, over a connection of its own. */
export interface UpstreamRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Aborting closes the connection: that is how a cancellation reaches the upstream. */
  readonly signal: AbortSignal;
}

/**
 * Sends a request and resolves with the head of the response. Follows no redirect, keeps no
 * cookie, and sets no timeout of its own: a silent tool may take minutes.
 *
 * Not `fetch`, which ends a stream that is silent for five minutes. No keep-alive either: a
 * connection to loopback costs nothing, and one that the upstream has just closed costs a call.
 */
export const sendUpstream = (request: UpstreamRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const { url, method, body, signal } = request;
    const bodyHeaders = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
    };
    const headers = { ...request.headers, ...(body !== '' && bodyHeaders) };
    const outgoing = httpRequest(url, { method, agent: false, signal, headers }, resolve);
    // Stays: an abort after the head has arrived is an error of the request as well.
    outgoing.on('error', reject);
    outgoing.end(body);
  });
