import { rawCalls } from './requests.ts';
import { imageOptions } from './scenarios.ts';
import { putLoad, type ServerProcess, startServer } from './server-process.ts';
import { accessTokens, type Signer } from './tokens.ts';

/** What only time shows: memory after a million calls, latency at an even pace, the first calls after a rest. */

const connections = 16;
const pace = 300;

interface Subject {
  readonly server: ServerProcess;
  readonly requests: readonly string[];
}

const calls = ({ server, requests }: Subject, count: number) =>
  putLoad({ port: server.port, requests, connections, count, milliseconds: 400_000 });

const residentMegabytes = async ({ server }: Subject): Promise<number> =>
  (await server.read()).residentBytes / 1024 / 1024;

const cpuPerCall = async (subject: Subject, count: number): Promise<number> => {
  const before = await subject.server.read();
  await calls(subject, count);
  const after = await subject.server.read();
  return (after.cpuMicroseconds - before.cpuMicroseconds) / count;
};

/** Each call has the machine to itself, which is when it is dearest. */
const atPace = async (
  subject: Subject,
): Promise<{ readonly p99: number; readonly cpu: number }> => {
  const { server, requests } = subject;
  await calls(subject, 12_000);
  const before = await server.read();
  const order = { port: server.port, requests, connections: 8, rate: pace };
  const { p99, answered } = await putLoad({ ...order, milliseconds: 12_000 });
  const after = await server.read();
  return { p99, cpu: (after.cpuMicroseconds - before.cpuMicroseconds) / answered };
};

const withServer = async <T>(
  name: string,
  signer: Signer,
  work: (subject: Subject) => Promise<T>,
): Promise<T> => {
  const environment = { BENCH_JWKS: signer.jwks, ...(name === 'floor' && { BENCH_VERIFY: '1' }) };
  const server = await startServer(name, environment, name === 'ours' ? imageOptions : []);
  const tokens = accessTokens(signer, 64);
  const requests = rawCalls(tokens);
  try {
    return await work({ server, requests });
  } finally {
    await server.stop();
  }
};

/** Takes about four minutes, one of them silence. */
export const enduranceFigures = async (signer: Signer): Promise<Record<string, number>> => {
  const floor = await withServer('floor', signer, atPace);
  const ours = await withServer('ours', signer, atPace);
  const rest = await withServer('ours', signer, async (subject) => {
    await calls(subject, 10_000);
    const early = await residentMegabytes(subject);
    await calls(subject, 990_000);
    const late = await residentMegabytes(subject);
    const steady = await cpuPerCall(subject, 10_000);
    await new Promise((resolve) => setTimeout(resolve, 60_000));
    const rested = await cpuPerCall(subject, 1000);
    return { early, late, steady, rested };
  });
  return {
    [`p99 at ${pace} calls a second, floor (ms)`]: floor.p99,
    [`p99 at ${pace} calls a second, ours (ms)`]: ours.p99,
    [`CPU of a call at ${pace} calls a second, floor (µs)`]: floor.cpu,
    [`CPU of a call at ${pace} calls a second, ours (µs)`]: ours.cpu,
    'RSS after 10,000 calls (MB)': rest.early,
    'RSS after 1,000,000 calls (MB)': rest.late,
    'CPU of a call, steady (µs)': rest.steady,
    'CPU of a call, first 1000 after 60 s of rest (µs)': rest.rested,
  };
};
