import { connect, type Socket } from 'node:net';
import type { LoadOrder, LoadReport } from './generator.ts';
import { closesConnection, isWhole, percentile, statusOf } from './http-answer.ts';

/**
 * Open loop: a call comes when its moment has come, however long the ones before it take. Where no
 * connection is free it waits here, and the wait counts: a server that stands still for a while
 * makes everybody late who came meanwhile, and a closed loop would not have asked.
 */

/** Answers that come so late after the last call still count: twice the period of a CPU quota. */
const graceMs = 200;

interface Line {
  readonly socket: Socket;
  received: Buffer;
  /** When its call came; 0 while it has none. */
  cameAt: number;
}

export class OpenLoad {
  readonly #order: LoadOrder & { readonly rate: number };
  readonly #requests: readonly Buffer[];
  readonly #latencies: number[] = [];
  readonly #lags: number[] = [];
  readonly #statuses: Record<string, number> = {};
  readonly #lines = new Set<Line>();
  readonly #free: Line[] = [];
  /** When the calls came that no connection was free for. */
  readonly #waiting: number[] = [];
  #startedAt = 0;
  #came = 0;
  #sent = 0;
  #broken = 0;
  #sample = '';

  constructor(order: LoadOrder & { readonly rate: number }) {
    this.#order = order;
    this.#requests = order.requests.map((request) => Buffer.from(request));
  }

  async run(): Promise<LoadReport> {
    const { connections } = this.#order;
    await Promise.all(Array.from({ length: connections }, () => this.#open()));
    this.#startedAt = performance.now();
    await this.#offer();
    const milliseconds = performance.now() - this.#startedAt;
    await this.#grace();
    return this.#report(milliseconds);
  }

  /** Resolves when the time is up. A timer comes a millisecond late, or with several calls at once. */
  #offer(): Promise<void> {
    const { rate, milliseconds, count = Number.POSITIVE_INFINITY } = this.#order;
    return new Promise((resolve) => {
      const tick = () => {
        const now = performance.now();
        const elapsed = Math.min(now - this.#startedAt, milliseconds);
        const due = Math.min(Math.ceil((elapsed * rate) / 1000), count);
        for (; this.#came < due; this.#came += 1) {
          this.#lags.push(now - this.#startedAt - (this.#came * 1000) / rate);
          this.#waiting.push(now);
        }
        this.#dispatch();
        if (elapsed >= milliseconds || due >= count) resolve();
        else setTimeout(tick, 1);
      };
      tick();
    });
  }

  async #grace(): Promise<void> {
    const deadline = performance.now() + graceMs;
    while (this.#underWay > 0 && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 5));
  }

  get #underWay(): number {
    return this.#waiting.length + this.#lines.size - this.#free.length;
  }

  #report(milliseconds: number): LoadReport {
    const answered = this.#latencies.length;
    // They would have taken even longer.
    const now = performance.now();
    const cutShort = [...this.#lines].filter((line) => line.cameAt > 0).map((line) => line.cameAt);
    const ages = [...this.#waiting, ...cutShort].map((cameAt) => now - cameAt);
    for (const { socket } of this.#lines) socket.destroy();
    const sorted = Float64Array.from([...this.#latencies, ...ages]).sort();
    const lags = Float64Array.from(this.#lags).sort();
    return {
      answered,
      offered: this.#came,
      milliseconds,
      statuses: this.#statuses,
      broken: this.#broken,
      p50: percentile(sorted, 0.5),
      p99: percentile(sorted, 0.99),
      lagP99: percentile(lags, 0.99),
      sample: this.#sample,
    };
  }

  #dispatch(): void {
    while (this.#waiting.length > 0 && this.#free.length > 0) {
      const line = this.#free.pop() as Line;
      line.cameAt = this.#waiting.shift() as number;
      line.socket.write(this.#requests[this.#sent % this.#requests.length] as Buffer);
      this.#sent += 1;
    }
  }

  /** Resolves when it is connected, and with nothing when it never will be. */
  #open(): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect({ port: this.#order.port, host: '127.0.0.1', noDelay: true });
      const line: Line = { socket, received: Buffer.alloc(0), cameAt: 0 };
      socket.on('connect', () => {
        this.#lines.add(line);
        this.#free.push(line);
        this.#dispatch();
        resolve();
      });
      socket.on('data', (chunk) => this.#read(line, chunk));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#closed(line);
        resolve();
      });
    });
  }

  #read(line: Line, chunk: Buffer): void {
    line.received = line.received.length === 0 ? chunk : Buffer.concat([line.received, chunk]);
    if (!isWhole(line.received)) return;
    const { received, socket } = line;
    this.#latencies.push(performance.now() - line.cameAt);
    const status = statusOf(received);
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
    if (!this.#sample) this.#sample = received.toString('utf8', 0, 4000);
    line.received = Buffer.alloc(0);
    line.cameAt = 0;
    if (closesConnection(received)) {
      socket.destroy();
      return;
    }
    this.#free.push(line);
    this.#dispatch();
  }

  /** Its place is taken by another one. */
  #closed(line: Line): void {
    if (!this.#lines.delete(line)) return;
    if (line.cameAt > 0) this.#broken += 1;
    const index = this.#free.indexOf(line);
    if (index >= 0) this.#free.splice(index, 1);
    const { milliseconds } = this.#order;
    if (performance.now() - this.#startedAt < milliseconds) void this.#open();
  }
}
