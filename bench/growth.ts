import { message, rawRequest } from './requests.ts';
import { imageOptions } from './scenarios.ts';
import { putLoad, type ServerProcess, startServer } from './server-process.ts';
import { tokenCacheFigures } from './token-cache.ts';
import { accessToken, type Signer } from './tokens.ts';

/**
 * What a server costs that has seen many people, each of a tenant of their own, through as many app
 * clients as a configuration may name. What the broker registers is no concern of the server: all its
 * clients come with one app client.
 */

const populations = [1, 1000, 100_000];
const mostClients = 1000;
/** They are there all the time: what they pay for the others is what grows. */
const regulars = 64;
/** Requests travel to the generator in one piece. */
const crowd = 10_000;

const clientOf = (index: number): string => `client-${index % mostClients}`;

const callBy = (signer: Signer, index: number): string => {
  const tenant = `tenant-${index}`;
  const token = accessToken(signer, {
    tenant_id: tenant,
    client_id: clientOf(index),
    'cognito:groups': [`tenant:${tenant}`],
  });
  const params = { name: 'echo', arguments: { tenant, text: 'hello' } };
  return rawRequest(message('tools/call', params, '2026-07-28'), token);
};

const callsBy = (signer: Signer, from: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => callBy(signer, from + index));

/** CPU of a call, when these are sent in turn so many times. */
const cpuOf = async (
  server: ServerProcess,
  requests: readonly string[],
  count: number,
): Promise<number> => {
  const order = { port: server.port, requests, connections: 16, count, milliseconds: 60_000 };
  const before = await server.read();
  const { statuses, answered } = await putLoad(order);
  const after = await server.read();
  if (statuses[200] !== answered) throw new Error(`refused: ${JSON.stringify(statuses)}`);
  return (after.cpuMicroseconds - before.cpuMicroseconds) / answered;
};

/** After a collection. What was in use once is given back to the system late or never. */
const memoryFigures = async (
  people: string,
  server: ServerProcess,
): Promise<Record<string, number>> => {
  const { residentBytes, heapBytes } = await server.read('collect');
  return {
    [`${people}, heap in use (MB)`]: heapBytes / 1024 / 1024,
    [`${people}, RSS (MB)`]: residentBytes / 1024 / 1024,
  };
};

/** Everybody in `from` to `until` calls once; what the last crowd cost, whose tokens are all new. */
const introduce = async (
  server: ServerProcess,
  signer: Signer,
  [from, until]: readonly [from: number, until: number],
): Promise<number> => {
  let cpu = Number.NaN;
  for (let next = from; next < until; next += crowd) {
    const requests = callsBy(signer, next, Math.min(crowd, until - next));
    cpu = await cpuOf(server, requests, requests.length);
  }
  return cpu;
};

const peopleFigures = async (
  server: ServerProcess,
  signer: Signer,
): Promise<Record<string, number>> => {
  const figures: Record<string, number> = {};
  const known = callsBy(signer, 0, regulars);
  await cpuOf(server, known, 20_000);
  let seen = regulars;
  for (const population of populations) {
    const strangers = Math.max(0, population - seen);
    const cpu = await introduce(server, signer, [seen, seen + strangers]);
    seen += strangers;
    const people = `${population.toLocaleString('en')} seen`;
    const active = known.slice(0, Math.min(regulars, population));
    // What has just been brought back into the cache is not what a regular costs.
    await cpuOf(server, active, 5000);
    figures[`${people}, CPU of a call by one who comes often (µs)`] = await cpuOf(
      server,
      active,
      20_000,
    );
    if (strangers >= crowd) figures[`${people}, CPU of a call by one never seen (µs)`] = cpu;
    Object.assign(figures, await memoryFigures(people, server));
  }
  return figures;
};

export const growthFigures = async (signer: Signer): Promise<Record<string, number>> => {
  const environment = { BENCH_JWKS: signer.jwks, BENCH_CLIENTS: String(mostClients) };
  const server = await startServer('ours', environment, ['--expose-gc', ...imageOptions]);
  try {
    return { ...(await peopleFigures(server, signer)), ...(await tokenCacheFigures(signer)) };
  } finally {
    await server.stop();
  }
};
