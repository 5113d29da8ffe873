import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Measurement } from './measure.ts';
import { floor, xv } from './scenarios.ts';

/** `bench/results`: the last run of every group, as JSON for machines and Markdown for people. */

export interface GroupResult {
  readonly measuredAt: string;
  readonly machine: string;
  readonly rows: readonly Measurement[];
  /** Figures that are not rows: sizes, start-up, bytes. Name → value with its unit. */
  readonly figures?: Readonly<Record<string, number>>;
}

export type Results = Readonly<Record<string, GroupResult>>;

const directory = fileURLToPath(new URL('results/', import.meta.url));

export const resultFile = (name: string): string => `${directory}${name}`;

export const readResults = (): Results => {
  try {
    return JSON.parse(readFileSync(resultFile('results.json'), 'utf8')) as Results;
  } catch {
    return {};
  }
};

const versionOf = (name: string): string => {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return `${name} ${(JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version}`;
};

const measuredPackages = [
  '@modelcontextprotocol/server',
  '@modelcontextprotocol/express',
  '@modelcontextprotocol/sdk',
  'fastmcp',
  'aws-jwt-verify',
];

export const describeMachine = (): string => {
  const [cpu] = cpus();
  const gigabytes = Math.round(totalmem() / 1024 ** 3);
  return [
    `${cpu?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, ${gigabytes} GB`,
    `Node ${process.versions.node}, OpenSSL ${process.versions.openssl}`,
    ...measuredPackages.map(versionOf),
  ].join('; ');
};

const cell = (value: number, digits = 0): string => value.toFixed(digits);

/** Ratios first: microseconds are those of one machine on one day. */
const tableOf = (rows: readonly Measurement[]): string => {
  const cpuOf = (name: string) => rows.find((row) => row.name === name)?.cpu;
  const ratio = (cpu: number, base: number | undefined) => (base ? cell(cpu / base, 2) : '–');
  const lines = rows.map((row) =>
    [
      row.name,
      ratio(row.cpu, cpuOf(xv)),
      ratio(row.cpu, cpuOf(floor)),
      cell(row.cpu),
      cell(1e6 / row.cpu),
      `${cell(row.p50, 2)} / ${cell(row.p99, 2)}`,
      cell(row.residentMegabytes),
      cell(row.loopDelayP99, 1),
      cell(row.logBytes),
    ].join(' | '),
  );
  return [
    '| | × XV | × floor | CPU µs | per core·s | p50 / p99 ms | RSS MB | loop p99 ms | log B |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...lines.map((line) => `| ${line} |`),
  ].join('\n');
};

const figuresOf = (figures: Readonly<Record<string, number>> = {}): string => {
  const lines = Object.entries(figures).map(
    ([name, value]) => `| ${name} | ${Number(value.toPrecision(4))} |`,
  );
  return lines.length === 0 ? '' : ['| | |', '| --- | --- |', ...lines].join('\n');
};

/** Where the plot of a group with rows is. */
export const plotFile = (group: string): string => `${group}.svg`;

/** @param pictureOf of a group, as Markdown */
export const markdownOf = (results: Results, pictureOf = (_group: string) => ''): string =>
  Object.entries(results)
    .map(([name, { measuredAt, machine, rows, figures }]) =>
      [
        `## ${name}`,
        `${measuredAt}; ${machine}`,
        ...(rows.length > 0 ? [pictureOf(name)].filter(Boolean) : []),
        ...(rows.length > 0 ? [tableOf(rows)] : []),
        ...(figures ? [figuresOf(figures)] : []),
      ].join('\n\n'),
    )
    .join('\n\n');

const linkedPlot = (group: string): string => `![${group}](${plotFile(group)})`;

export const writeResults = (results: Results): void => {
  mkdirSync(directory, { recursive: true });
  writeFileSync(resultFile('results.json'), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(
    resultFile('results.md'),
    `# Results of \`npm run bench\`\n\n${markdownOf(results, linkedPlot)}\n`,
  );
};
