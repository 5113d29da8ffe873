import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Listener, type ListenOptions, listen } from '../../server/listener.ts';

/** Clients that take their time, so that each of them holds a connection and what hangs on it. */

const shrunk = {
  headersTimeout: 300,
  requestTimeout: 600,
  connectionsCheckingInterval: 50,
  silenceTimeout: 400,
};

let listener: Listener;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await listener.close(0);
});

const start = async (
  handle: Parameters<typeof listen>[0],
  timeouts?: ListenOptions['timeouts'],
): Promise<void> => {
  listener = await listen(handle, { host: '127.0.0.1', port: 0, timeouts });
};
const open = async (): Promise<Socket> => {
  const socket = connect(listener.port, '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
};
/** Everything that comes until the other side closes. */
const untilClosed = async (socket: Socket): Promise<string> => {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', () => undefined);
  await once(socket, 'close');
  return text;
};
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a client that is slow', () => {
  it('with its headers gets 408, because a thousand of them would be all connections there are', async () => {
    let calls = 0;
    await start(async () => {
      calls += 1;
      return new Response('x');
    }, shrunk);
    const socket = await open();
    socket.write('POST /mcp HTTP/1.1\r\nHost: x\r\n');
    const drip = setInterval(() => socket.writable && socket.write('X-Slow: 1\r\n'), 50);
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(drip);
    expect(calls).toBe(0);
  });

  it('with its body is cut off, and whoever waits for the body learns of it', async () => {
    let outcome: unknown;
    await start(async (call) => {
      outcome = await call.readBody(1000);
      return new Response('x');
    }, shrunk);
    const socket = await open();
    socket.write('POST /mcp HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n');
    const drip = setInterval(() => socket.writable && socket.write('x'), 50);
    await untilClosed(socket);
    clearInterval(drip);
    await expect
      .poll(() => outcome)
      .toMatchObject({ ok: false, error: { reason: 'body_malformed' } });
  });

  it('to read an answer is cut off, and the stream behind it is cancelled', async () => {
    let cancelled = 0;
    const endless = () =>
      new ReadableStream<Uint8Array>({
        pull: async (controller) => {
          await pause(1);
          controller.enqueue(new Uint8Array(64 * 1024));
        },
        cancel: () => {
          cancelled += 1;
        },
      });
    const headers = { 'content-type': 'text/event-stream' };
    await start(async () => new Response(endless(), { headers }), shrunk);
    const socket = await open();
    socket.pause();
    socket.write('GET /mcp HTTP/1.1\r\nHost: x\r\n\r\n');
    await expect.poll(() => cancelled, { timeout: 10_000 }).toBe(1);
  });

  it('is not one whose answer is slow in coming but says something now and then', async () => {
    const chatty = new ReadableStream<Uint8Array>({
      start: async (controller) => {
        for (let round = 0; round < 8; round += 1) {
          controller.enqueue(new TextEncoder().encode(': keep-alive\n\n'));
          await pause(150);
        }
        controller.enqueue(new TextEncoder().encode('data: done\n\n'));
        controller.close();
      },
    });
    const headers = { 'content-type': 'text/event-stream' };
    await start(async () => new Response(chatty, { headers }), shrunk);
    const socket = await open();
    socket.write('GET /mcp HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(await untilClosed(socket)).toContain('data: done');
  });
});

it('a connection is kept for longer than the load balancer keeps it, because otherwise that meets closed sockets: 502', async () => {
  await start(async () => new Response('x'));
  const response = await fetch(`http://127.0.0.1:${listener.port}/`);
  const kept = Number(/timeout=(\d+)/.exec(response.headers.get('keep-alive') ?? '')?.[1]);
  const source = readFileSync(
    new URL('../../lib/service/load-balancer.ts', import.meta.url),
    'utf8',
  );
  const idle = Number(/idleTimeout: Duration\.seconds\((\d+)\)/.exec(source)?.[1]);
  expect(idle).toBeGreaterThan(0);
  expect(kept).toBeGreaterThan(idle);
});
