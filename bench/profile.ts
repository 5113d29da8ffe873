import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { groups } from './scenarios.ts';
import { putLoad, startServer } from './server-process.ts';
import { createSigner } from './tokens.ts';

/**
 * `npm run bench:profile -- <group> <row>`: where the CPU of one row goes, by what it is spent on and
 * by function. The profiler adds 10 to 15 %: good for shares, not for microseconds.
 */

interface Frame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: Frame;
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** The first that fits, from the innermost frame outwards, is what a sample is spent on. */
const purposes: readonly (readonly [string, (frame: Frame) => boolean])[] = [
  ['garbage collection', ({ functionName }) => functionName === '(garbage collector)'],
  ['token verification', ({ url }) => /aws-jwt-verify|crypto\/sig/.test(url)],
  ['fetch objects', ({ url }) => /undici|webstreams/.test(url)],
  ['abort signals, events', ({ url }) => /abort_controller|event_target/.test(url)],
  ['schemas (zod)', ({ url }) => /\/zod\//.test(url)],
  ['schemas (ajv)', ({ url }) => /ajv/i.test(url)],
  ['MCP SDK', ({ url }) => url.includes('@modelcontextprotocol/')],
  ['express', ({ url }) => /node_modules\/(express|router|body-parser|qs|raw-body)\//.test(url)],
  ['oauth/', ({ url }) => /\/oauth\/[a-z-]+\.ts/.test(url)],
  ['server/', ({ url }) => /\/server\/([a-z]+\/)*[a-z0-9-]+\.ts/.test(url)],
  ['sockets, HTTP, streams', ({ url }) => url.startsWith('node:')],
];

const purposeOf = (frames: readonly Frame[]): string => {
  for (const frame of frames)
    for (const [purpose, fits] of purposes) if (fits(frame)) return purpose;
  return 'native, microtasks';
};

const placeOf = ({ functionName, url, lineNumber }: Frame): string =>
  `${functionName || '(anonymous)'} ${url.replace(/^.*(node_modules|perf)\//, '')}:${lineNumber + 1}`;

const add = (sums: Map<string, number>, key: string, value: number): void => {
  sums.set(key, (sums.get(key) ?? 0) + value);
};

/** Time by purpose, by function, and by function with all that it calls. */
const summarise = ({ nodes, samples, timeDeltas }: Profile, fromMicroseconds: number) => {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((c) => [c, id])));
  const stackOf = (id: number): Frame[] => {
    const stack: Frame[] = [];
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at))
      stack.push(frames.get(at) as Frame);
    return stack;
  };
  const stacks = new Map(nodes.map(({ id }) => [id, stackOf(id)]));
  const [byPurpose, bySelf, byTotal] = [new Map(), new Map(), new Map()] as Map<string, number>[];
  let clock = 0;
  let total = 0;
  samples.forEach((id, index) => {
    const delta = timeDeltas[index] ?? 0;
    clock += delta;
    const stack = stacks.get(id) as Frame[];
    const [innermost] = stack as [Frame];
    if (clock < fromMicroseconds || /^\((idle|program)\)$/.test(innermost.functionName)) return;
    total += delta;
    add(byPurpose as Map<string, number>, purposeOf(stack), delta);
    add(bySelf as Map<string, number>, placeOf(innermost), delta);
    for (const place of new Set(stack.map(placeOf)))
      add(byTotal as Map<string, number>, place, delta);
  });
  return { byPurpose, bySelf, byTotal, total };
};

const top = (sums: Map<string, number> | undefined, total: number, count: number, per: number) =>
  [...(sums ?? [])]
    .sort(([, one], [, other]) => other - one)
    .slice(0, count)
    .map(
      ([name, value]) =>
        `${((value / total) * 100).toFixed(1).padStart(5)} % ${(value / per).toFixed(1).padStart(6)} µs  ${name}`,
    )
    .join('\n');

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { lines: { type: 'string', default: '30' } },
});
const [group = 'calls', row = 'warm token'] = positionals;
const signer = createSigner();
const scenario = groups[group]?.(signer).find(({ name }) => name.includes(row));
if (!scenario) throw new Error(`there is no row '${row}' in '${group}'`);
const directory = mkdtempSync(join(tmpdir(), 'profile-'));
const server = await startServer(
  scenario.server,
  { BENCH_JWKS: signer.jwks, ...scenario.environment },
  ['--cpu-prof', `--cpu-prof-dir=${directory}`, '--cpu-prof-interval=200'],
);
const startedAt = performance.now();
const order = { port: server.port, requests: scenario.requests, connections: 16 };
await putLoad({ ...order, milliseconds: 5000 });
const warmMicroseconds = (performance.now() - startedAt + 500) * 1000;
const { answered } = await putLoad({ ...order, milliseconds: 4000 });
server.child.disconnect();
await new Promise((resolve) => server.child.once('exit', resolve));
const [file = ''] = readdirSync(directory);
const profile = JSON.parse(readFileSync(join(directory, file), 'utf8')) as Profile;
rmSync(directory, { recursive: true });
const { byPurpose, bySelf, byTotal, total } = summarise(profile, warmMicroseconds);
const lines = Number(values.lines);
process.stdout.write(
  `${scenario.name}: ${answered} answers, ${(total / answered).toFixed(0)} µs sampled for each\n`,
);
process.stdout.write(`\n${top(byPurpose, total, 15, answered)}\n`);
process.stdout.write(`\nself\n${top(bySelf, total, lines, answered)}\n`);
process.stdout.write(`\nwith callees\n${top(byTotal, total, lines * 2, answered)}\n`);
