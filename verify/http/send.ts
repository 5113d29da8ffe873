import type { Agent } from 'node:http';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import type { Answer } from './answer.ts';
import { ReachProblem, reachProblemOf } from './reach-problem.ts';

/** One request, one answer, with limits. Never follows a redirect. */

export interface Wanted {
  readonly method?: string;
  readonly url: string | URL;
  /** A list sends the field several times. `undefined` leaves a default field out. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: string;
  /** Stops reading, without an error, as soon as this is true for what has arrived. */
  readonly until?: (text: string) => boolean;
}

export interface SendLimits {
  readonly agent: Agent;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

const headersOf = ({ rawHeaders }: IncomingMessage): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase();
    const value = rawHeaders[index + 1] as string;
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return headers;
};

const outgoingHeaders = ({ headers = {}, body }: Wanted): Record<string, string | string[]> => ({
  ...Object.fromEntries(
    Object.entries(headers)
      .filter((entry) => entry[1] !== undefined)
      .map(([name, value]) => [name, typeof value === 'string' ? value : [...(value ?? [])]]),
  ),
  ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
});

const tooLarge = (host: string, maxBytes: number): ReachProblem =>
  new ReachProblem(
    'too_large',
    `${host} sent more than ${Math.round(maxBytes / 1024)} KB and did not stop`,
  );

const tooSlow = (host: string, timeoutMs: number, hasBegun: boolean): ReachProblem => {
  const what = hasBegun ? 'began to answer but did not finish' : 'did not answer';
  return new ReachProblem(
    'timeout',
    `${host} ${what} within ${Math.round(timeoutMs / 100) / 10} s`,
  );
};

/** Collects a body until it ends, is enough, is too much, or the time is up. */
const readBody = (
  incoming: IncomingMessage,
  wanted: Wanted,
  maxBytes: number,
  onFirstByte: () => void,
): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const textSoFar = () => Buffer.concat(chunks).toString('utf8');
    const stop = () => {
      resolve(textSoFar());
      incoming.destroy();
    };
    if (wanted.until?.('')) {
      stop();
      return;
    }
    incoming.on('data', (chunk: Buffer) => {
      if (length === 0) onFirstByte();
      length += chunk.length;
      chunks.push(chunk);
      if (length > maxBytes) incoming.destroy(tooLarge('', maxBytes));
      else if (wanted.until?.(textSoFar())) stop();
    });
    incoming.once('end', () => resolve(textSoFar()));
    incoming.once('error', reject);
    incoming.once('close', () => reject(Object.assign(new Error(), { code: 'ECONNRESET' })));
  });

/** @throws ReachProblem when there is no complete answer */
export const send = (wanted: Wanted, limits: SendLimits): Promise<Answer> => {
  const url = new URL(wanted.url);
  const { agent, timeoutMs, maxBytes } = limits;
  const startedAt = performance.now();
  const elapsed = () => Math.round(performance.now() - startedAt);
  return new Promise((resolve, reject) => {
    const open = url.protocol === 'https:' ? requestHttps : requestHttp;
    const outgoing = open(url, {
      method: wanted.method ?? 'GET',
      headers: outgoingHeaders(wanted),
      agent,
      // Node would take the name from the Host header, which some checks forge.
      servername: isIP(url.hostname.replace(/^\[|\]$/g, '')) === 0 ? url.hostname : '',
    });
    let hasBegun = false;
    const giveUp = (error: unknown) => {
      clearTimeout(timer);
      const problem = error instanceof ReachProblem && error.kind === 'too_large';
      reject(problem ? tooLarge(url.host, maxBytes) : reachProblemOf(error, url.host));
    };
    const timer = setTimeout(() => {
      const problem = tooSlow(url.host, timeoutMs, hasBegun);
      giveUp(problem);
      outgoing.destroy(problem);
    }, timeoutMs);
    outgoing.on('error', giveUp);
    outgoing.once('response', (incoming) => {
      hasBegun = true;
      const headersMs = elapsed();
      let firstByteMs: number | undefined;
      readBody(incoming, wanted, maxBytes, () => {
        firstByteMs = elapsed();
      }).then((text) => {
        clearTimeout(timer);
        resolve({
          url,
          status: incoming.statusCode ?? 0,
          headers: headersOf(incoming),
          cookies: incoming.headers['set-cookie'] ?? [],
          text,
          headersMs,
          ...(firstByteMs !== undefined && { firstByteMs }),
          totalMs: elapsed(),
        });
      }, giveUp);
    });
    outgoing.end(wanted.body);
  });
};
