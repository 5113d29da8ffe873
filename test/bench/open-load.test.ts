import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { putLoad } from '../../bench/server-process.ts';

const request = 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Answers at once, but for a while in which it stands still. */
const aServerThatStalls = async (afterMs: number, forMs: number): Promise<number> => {
  let firstAt: number | undefined;
  server = createServer((_, outgoing) => {
    firstAt ??= performance.now();
    const since = performance.now() - firstAt;
    const isStalled = since > afterMs && since < afterMs + forMs;
    setTimeout(() => outgoing.end('ok'), isStalled ? afterMs + forMs - since : 0);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as { readonly port: number }).port;
};

describe('load at a rate', () => {
  it('counts the wait of everybody who came during a standstill, because a closed loop would not have asked', async () => {
    const port = await aServerThatStalls(300, 400);
    const order = { port, requests: [request], connections: 4, milliseconds: 1500 };
    const report = await putLoad({ ...order, rate: 200 });
    expect(report.offered).toBe(300);
    expect(report.answered).toBe(300);
    // 80 of 300 came meanwhile; each waited for what was left of it.
    expect(report.p99).toBeGreaterThan(300);
    expect(report.p50).toBeLessThan(100);
  }, 20_000);

  it('says how many had no answer, and does not leave them out of the latencies', async () => {
    const port = await aServerThatStalls(200, 60_000);
    const order = { port, requests: [request], connections: 4, milliseconds: 1000 };
    const report = await putLoad({ ...order, rate: 100 });
    expect(report.offered).toBe(100);
    expect(report.answered).toBeLessThan(60);
    expect(report.p99).toBeGreaterThan(700);
  }, 20_000);

  it('counts a connection that breaks, and goes on with another one', async () => {
    let calls = 0;
    server = createServer((_, outgoing) => {
      calls += 1;
      if (calls % 10 === 0) outgoing.destroy();
      else outgoing.end('ok');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { readonly port: number };
    const order = { port, requests: [request], connections: 2, milliseconds: 1000 };
    const report = await putLoad({ ...order, rate: 100 });
    expect(report.broken).toBe(10);
    expect(report.answered).toBe(90);
  }, 20_000);
});
