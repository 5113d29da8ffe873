import type { ALBEvent, ALBResult, Handler } from 'aws-lambda';

/**
 * The broker's bundle as Lambda runs it: one invocation at a time, events in, results out, each with
 * the CPU that it took. What goes to Cognito's domain goes to a stand-in; the way there has no TLS.
 */

export interface Invocation {
  readonly result: ALBResult;
  /** All threads, in milliseconds. */
  readonly cpu: number;
  readonly residentMegabytes: number;
}

const { BENCH_BUNDLE = '', BENCH_COGNITO = '', UPSTREAM_DOMAIN = '' } = process.env;

const fetchAnywhere = globalThis.fetch;
globalThis.fetch = (input, init) =>
  fetchAnywhere(String(input).replace(UPSTREAM_DOMAIN, BENCH_COGNITO), init);

const { handler } = (await import(BENCH_BUNDLE)) as { handler: Handler<ALBEvent, ALBResult> };

process.on('message', async (event: ALBEvent) => {
  const before = process.cpuUsage();
  const result = await (handler as (event: ALBEvent) => Promise<ALBResult>)(event);
  const { user, system } = process.cpuUsage(before);
  const invocation: Invocation = {
    result,
    cpu: (user + system) / 1000,
    residentMegabytes: process.memoryUsage.rss() / 1024 / 1024,
  };
  process.send?.(invocation);
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
