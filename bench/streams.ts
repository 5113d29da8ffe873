import { connect, type Socket } from 'node:net';
import { message, type Revision, rawRequest } from './requests.ts';
import { imageOptions } from './scenarios.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { accessTokens, type Signer, tenant } from './tokens.ts';

/**
 * What an open stream costs on which nothing happens: its memory, and the CPU of keeping it alive.
 * MCP 2026-07-28 has `subscriptions/listen`. In 2025-11-25 a client may ask for a stream with GET, to
 * which a server without sessions answers 405; what can stay open there is a call.
 */

/** The first load code and fill pools: they are not what the next one costs. */
const firstStreams = 100;
/** As often as everything is said again that keeps a stream alive, twice or more. */
const longWatchMs = 30_000;

/** Resolves when the stream has begun. */
const openStream = (port: number, request: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.once('error', reject);
    socket.once('data', (head) => {
      // Kept alive by comments, which somebody has to read.
      socket.resume();
      const text = head.toString('latin1');
      const isStream = text.startsWith('HTTP/1.1 200') && text.includes('text/event-stream');
      if (isStream) resolve(socket);
      else reject(new Error(text.slice(0, 300)));
    });
  });

interface Stream {
  readonly name: string;
  readonly revision: Revision;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export const listening: Stream = {
  name: 'idle subscriptions/listen stream',
  revision: '2026-07-28',
  method: 'subscriptions/listen',
  params: { notifications: { toolsListChanged: true } },
};

const waiting: Stream = {
  name: '2025-11-25 call under way',
  revision: '2025-11-25',
  method: 'tools/call',
  params: { name: 'wait', arguments: { tenant } },
};

const openMany = async (
  port: number,
  requests: readonly string[],
  { count, sockets }: { readonly count: number; readonly sockets: Socket[] },
): Promise<void> => {
  const last = sockets.length + count;
  // One a millisecond. None waits for the ones before: a call of ours says nothing for five seconds.
  const opening = Array.from({ length: count }, async (_, index) => {
    await new Promise((resolve) => setTimeout(resolve, index));
    sockets.push(await openStream(port, requests[index % requests.length] as string));
  });
  await Promise.all(opening);
  if (sockets.length !== last) throw new Error(`${sockets.length} of ${last} streams opened`);
};

interface Amount {
  readonly count: number;
  /** Default: long enough for everything that keeps a stream alive. */
  readonly watchedMs?: number;
}

interface Cost {
  readonly kilobytes: number;
  /** Milliseconds of CPU a minute, for all of them. */
  readonly keptAlive: number;
}

const measureStreams = async (
  server: ServerProcess,
  requests: readonly string[],
  { count, watchedMs = longWatchMs }: Amount,
): Promise<Cost> => {
  const sockets: Socket[] = [];
  try {
    await openMany(server.port, requests, { count: firstStreams, sockets });
    const before = await server.read('collect');
    await openMany(server.port, requests, { count, sockets });
    const after = await server.read('collect');
    await new Promise((resolve) => setTimeout(resolve, watchedMs));
    const later = await server.read();
    const watched = (later.cpuMicroseconds - after.cpuMicroseconds) / 1000;
    return {
      kilobytes: (after.residentBytes - before.residentBytes) / 1024 / count,
      keptAlive: watched * (60_000 / watchedMs),
    };
  } finally {
    for (const socket of sockets) socket.destroy();
  }
};

export const costOf = async (
  [label, file]: readonly [label: string, file: string],
  { stream, signer, ...amount }: Amount & { readonly stream: Stream; readonly signer: Signer },
): Promise<Record<string, number>> => {
  const { count } = amount;
  const environment = { BENCH_JWKS: signer.jwks, BENCH_SLOW: '1' };
  const options = ['--expose-gc', ...(file === 'ours' ? imageOptions : [])];
  const server = await startServer(file, environment, options);
  const { name, revision, method, params } = stream;
  const asked = message(method, params, revision);
  const requests = accessTokens(signer, 64).map((token) => rawRequest(asked, token));
  try {
    const { kilobytes, keptAlive } = await measureStreams(server, requests, amount);
    return {
      [`${label}, memory of one ${name}, of ${count} (KB)`]: kilobytes,
      [`${label}, CPU a minute of ${count} × ${name} (ms)`]: keptAlive,
    };
  } finally {
    await server.stop();
  }
};

const servers = [
  ['ours', 'ours'],
  ['XV', 'sdk-v2-express'],
] as const;

export const streamFigures = async (
  signer: Signer,
  count: number,
): Promise<Record<string, number>> => {
  const figures: Record<string, number> = {};
  // Both at once: they have nothing to do, and what counts is their own CPU.
  for (const stream of [listening, waiting])
    for (const cost of await Promise.all(
      servers.map((server) => costOf(server, { stream, signer, count })),
    ))
      Object.assign(figures, cost);
  return figures;
};
