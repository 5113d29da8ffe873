import {
  createServer as createHttpServer,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestCertificate } from './test-certificate.ts';

/** A relay in front of one origin that may change what passes. Rewrites origins in both directions. */

export interface RelayedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string;
}

export interface RelayedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string;
}

export interface Mutation {
  /** Changes a request on its way in, or answers it. */
  readonly request?: (request: RelayedRequest) => RelayedRequest | RelayedResponse;
  /** Changes an answer on its way out. Sees the request as the client sent it. */
  readonly response?: (response: RelayedResponse, request: RelayedRequest) => RelayedResponse;
}

export interface Relay {
  readonly origin: string;
  close(): Promise<void>;
}

/** Pairs of the origin inside and the origin outside. */
export type OriginMap = [string, string][];

const spellings = (inner: string, outer: string): readonly (readonly [string, string])[] => {
  const [innerHost, outerHost] = [new URL(inner).host, new URL(outer).host];
  return [
    [inner, outer],
    [encodeURIComponent(inner), encodeURIComponent(outer)],
    [innerHost, outerHost],
    [encodeURIComponent(innerHost), encodeURIComponent(outerHost)],
  ];
};

const rewritten = (text: string, origins: OriginMap, direction: 'in' | 'out'): string => {
  if (!text.includes('localhost')) return text;
  let result = text;
  for (const [inner, outer] of origins)
    for (const [inside, outside] of spellings(inner, outer))
      result =
        direction === 'out'
          ? result.replaceAll(inside, outside)
          : result.replaceAll(outside, inside);
  return result;
};

type Headers = RelayedRequest['headers'];

const mapHeaders = (headers: Headers, change: (value: string) => string): Headers =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? change(value) : value.map(change),
    ]),
  );

const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length']);

/** From the raw list, so that repeated fields stay repeated. */
const headersOf = ({ rawHeaders }: IncomingMessage): Headers => {
  const headers: Record<string, string | string[]> = {};
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase();
    const value = rawHeaders[index + 1] as string;
    if (!hopByHop.has(name))
      headers[name] = name in headers ? [headers[name] as string, value].flat() : value;
  }
  return headers;
};

const bodyOf = async (message: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

const forward = (
  origin: string,
  { method, url, headers, body }: RelayedRequest,
): Promise<RelayedResponse> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = request({
      hostname,
      port,
      method,
      path: url,
      headers: { ...(headers as Record<string, string | string[]>), ...(body !== '' && length) },
    });
    outgoing.once('error', reject);
    outgoing.once('response', async (incoming) => {
      const text = await bodyOf(incoming);
      resolve({ status: incoming.statusCode ?? 502, headers: headersOf(incoming), body: text });
    });
    outgoing.end(body);
  });

const relayed = async (
  incoming: IncomingMessage,
  inner: string,
  origins: OriginMap,
  mutation: Mutation,
): Promise<RelayedResponse> => {
  const asSent: RelayedRequest = {
    method: incoming.method ?? 'GET',
    url: incoming.url ?? '/',
    headers: headersOf(incoming),
    body: await bodyOf(incoming),
  };
  const changed = mutation.request?.(asSent) ?? asSent;
  if ('status' in changed) return changed;
  const inwards = (text: string) => rewritten(text, origins, 'in');
  const answer = await forward(inner, {
    method: changed.method,
    url: inwards(changed.url),
    headers: mapHeaders(changed.headers, inwards),
    body: inwards(changed.body),
  });
  const outwards = (text: string) => rewritten(text, origins, 'out');
  const outside = {
    status: answer.status,
    headers: mapHeaders(answer.headers, outwards),
    body: outwards(answer.body),
  };
  return mutation.response?.(outside, asSent) ?? outside;
};

/** Starts a relay on a free loopback port and adds itself to `origins`. */
export const startRelay = async (
  inner: string,
  origins: OriginMap,
  mutation: Mutation = {},
  certificate?: TestCertificate,
): Promise<Relay> => {
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { status, headers, body } = await relayed(incoming, inner, origins, mutation);
    const length =
      status === 204 || status === 304 ? {} : { 'content-length': Buffer.byteLength(body) };
    outgoing.writeHead(status, { ...(headers as Record<string, string | string[]>), ...length });
    outgoing.end(status === 204 ? undefined : body);
  };
  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  };
  const limits = { maxHeaderSize: 64 * 1024 };
  const server = certificate
    ? createHttpsServer({ ...limits, ...certificate }, onRequest)
    : createHttpServer(limits, onRequest);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `${certificate ? 'https' : 'http'}://localhost:${port}`;
  origins.push([inner, origin]);
  return {
    origin,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
