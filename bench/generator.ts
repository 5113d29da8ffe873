import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { closesConnection, isWhole, percentile, statusOf } from './http-answer.ts';
import { OpenLoad } from './open-load.ts';

/**
 * The load, in a process of its own on a core of its own. Closed loop, unless there is a rate: each
 * connection sends the next request when it has the whole answer to the last one. Loopback only.
 */

export interface LoadOrder {
  readonly port: number;
  /** Sent in turn by all connections together. */
  readonly requests: readonly string[];
  readonly connections: number;
  readonly milliseconds: number;
  /** Ends earlier, when this many are answered. */
  readonly count?: number;
  /** Opens a new connection for every request. */
  readonly isFresh?: boolean;
  /**
   * Requests a second, all connections together, each at its own moment whether or not the ones
   * before are answered; latencies count from then. Default: as fast as answers come.
   */
  readonly rate?: number;
}

export interface LoadReport {
  readonly answered: number;
  /** What was to be answered. */
  readonly offered: number;
  readonly milliseconds: number;
  /** Status code → answers. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Connections that broke before the answer was complete. */
  readonly broken: number;
  readonly p50: number;
  readonly p99: number;
  /** At a rate: by how many milliseconds the generator itself was late. */
  readonly lagP99: number;
  /** Beginning of the first answer, for whoever wants to see whether it is the right one. */
  readonly sample: string;
}

class Load {
  readonly #order: LoadOrder;
  readonly #requests: readonly Buffer[];
  readonly #latencies: number[] = [];
  readonly #statuses: Record<string, number> = {};
  readonly #startedAt = performance.now();
  #sent = 0;
  #broken = 0;
  #sample = '';

  constructor(order: LoadOrder) {
    this.#order = order;
    this.#requests = order.requests.map((request) => Buffer.from(request));
  }

  async run(): Promise<LoadReport> {
    const { connections } = this.#order;
    await Promise.all(Array.from({ length: connections }, () => this.#connection()));
    const sorted = Float64Array.from(this.#latencies).sort();
    return {
      answered: sorted.length,
      offered: this.#sent,
      milliseconds: performance.now() - this.#startedAt,
      statuses: this.#statuses,
      broken: this.#broken,
      p50: percentile(sorted, 0.5),
      p99: percentile(sorted, 0.99),
      lagP99: 0,
      sample: this.#sample,
    };
  }

  get #isOver(): boolean {
    const { milliseconds, count = Number.POSITIVE_INFINITY } = this.#order;
    return performance.now() - this.#startedAt > milliseconds || this.#sent >= count;
  }

  /** Resolves when the time is up. A connection that breaks is opened again. */
  async #connection(): Promise<void> {
    while (!this.#isOver) await this.#converse();
  }

  #converse(): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect({ port: this.#order.port, host: '127.0.0.1', noDelay: true });
      let received: Buffer = Buffer.alloc(0);
      let sentAt = 0;
      let isDone = false;
      const finish = () => {
        isDone = true;
        socket.destroy();
        resolve();
      };
      const send = () => {
        sentAt = this.#send(socket);
      };
      socket.on('connect', send);
      socket.on('data', (chunk) => {
        received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
        if (!isWhole(received)) return;
        this.#answered(received, sentAt);
        const mustClose = closesConnection(received);
        received = Buffer.alloc(0);
        if (this.#isOver || this.#order.isFresh || mustClose) finish();
        else send();
      });
      // A server that refuses a large body may reset the connection after its answer.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        if (!isDone) this.#broken += 1;
        resolve();
      });
    });
  }

  #send(socket: Socket): number {
    const request = this.#requests[this.#sent % this.#requests.length] as Buffer;
    this.#sent += 1;
    const sentAt = performance.now();
    socket.write(request);
    return sentAt;
  }

  #answered(answer: Buffer, sentAt: number): void {
    this.#latencies.push(performance.now() - sentAt);
    const status = statusOf(answer);
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
    if (!this.#sample) this.#sample = answer.toString('utf8', 0, 4000);
  }
}

const order = JSON.parse(await text(process.stdin)) as LoadOrder;
const { rate } = order;
const load = rate === undefined ? new Load(order) : new OpenLoad({ ...order, rate });
process.stdout.write(JSON.stringify(await load.run()));
