import { describe, expect, it } from 'vitest';
import { eventStreamGroup } from '../../bench/event-streams.ts';
import { curvesOf } from '../../bench/quarter.ts';
import { saturationPlot } from '../../bench/saturation-plot.ts';
import { putLoad, startServer } from '../../bench/server-process.ts';
import { costOf, listening } from '../../bench/streams.ts';
import { tokenCacheFigures } from '../../bench/token-cache.ts';
import { createSigner } from '../../bench/tokens.ts';

const figures = {
  'ours, p99 at 1000 calls a second (ms)': 80,
  'ours, vCPUs in use at 1000 calls a second': 0.2,
  'ours, p99 at 200 calls a second (ms)': 20,
  'ours, vCPUs in use at 200 calls a second': 0.1,
  'XV, p99 at 100 calls a second (ms)': 30,
  'XV, vCPUs in use at 100 calls a second': 0.1,
  'ours, p99 at 60 % of the saturation (ms)': 5,
};

describe('the curve of a quarter of a vCPU', () => {
  it('is read from the figures in the order of the rates, because JSON has them as they were found', () => {
    expect(curvesOf(figures, 'ours')).toEqual([
      { rate: 200, p99: 20, used: 0.1 },
      { rate: 1000, p99: 80, used: 0.2 },
    ]);
  });

  it('is drawn for those who have one', () => {
    const circles = saturationPlot(figures, 'a note')?.match(/<circle [^>]*r="4"/g);
    // Three points in two panels.
    expect(circles).toHaveLength(6);
    expect(saturationPlot(figures, 'a note')).not.toContain('NaN');
    expect(saturationPlot({}, 'a note')).toBeUndefined();
  });
});

describe('a call that reports progress', () => {
  it.each(eventStreamGroup(createSigner()).map(({ name }) => name))(
    'is answered with an event stream by %s, because nothing else is compared',
    async (name) => {
      const signer = createSigner();
      const scenario = eventStreamGroup(signer).find((one) => one.name === name);
      if (!scenario) throw new Error(name);
      const { server: file, environment, requests, holds = '' } = scenario;
      const server = await startServer(file, { BENCH_JWKS: signer.jwks, ...environment });
      try {
        const order = { port: server.port, requests, connections: 2, milliseconds: 10_000 };
        const { statuses, sample } = await putLoad({ ...order, count: 4 });
        expect(statuses).toEqual({ 200: 4 });
        expect(sample).toContain('content-type: text/event-stream');
        expect(sample.split(holds)).toHaveLength(4);
      } finally {
        await server.stop();
      }
    },
    30_000,
  );
});

describe('what stays', () => {
  it('is some ten kilobytes for an open stream, because a thousand of them have to fit into the smallest task', async () => {
    const signer = createSigner();
    const figures = await costOf(['ours', 'ours'], {
      ...{ stream: listening, signer, count: 400, watchedMs: 100 },
    });
    const [kilobytes] = Object.values(figures);
    // 42 were measured of 5000; few are dearer each, and the system gives memory in pieces.
    expect(kilobytes).toBeGreaterThan(5);
    expect(kilobytes).toBeLessThan(150);
  }, 60_000);

  it('is a kilobyte or so for a verified token, and finding one among ten thousand is no search', async () => {
    const figures = await tokenCacheFigures(createSigner());
    expect(figures['token cache, memory of one entry (KB)']).toBeGreaterThan(0.2);
    expect(figures['token cache, memory of one entry (KB)']).toBeLessThan(3);
    const [few = Number.NaN, many] = ['64', '10,000'].map(
      (count) => figures[`token cache, authentication by a hit among ${count} (µs)`],
    );
    expect(many).toBeLessThan(few * 4);
  }, 60_000);
});
