import { writeFileSync } from 'node:fs';
import { streamedByXv } from './event-streams.ts';
import type { Measurement } from './measure.ts';
import { type GroupResult, plotFile, resultFile } from './report.ts';
import { saturationPlot } from './saturation-plot.ts';
import { floor, xv } from './scenarios.ts';
import { insecure } from './security-tax.ts';

/** One SVG of bars for each group of rows, in panels where rows of one group are of several kinds. */

interface Panel {
  readonly heading: string;
  /** Rows of this panel; what the pattern matches is left out of their labels. */
  readonly rows: RegExp;
}

interface Plot {
  readonly title: string;
  /** Row whose CPU the others are divided by, and what it is called behind a value. */
  readonly base?: readonly [name: string, label: string];
  /** Each has its own scale, written at its bars. Default: one with every row. */
  readonly panels?: readonly Panel[];
}

const plots: Readonly<Record<string, Plot>> = {
  calls: { title: 'CPU of the server for one tools/call', base: [xv, 'XV'] },
  tools: {
    title: 'CPU of the server for one request, by number of tools',
    panels: ['tools/call', 'tools/list'].map((method) => ({
      heading: method,
      rows: new RegExp(`, ${method}(?=,)`),
    })),
  },
  refusals: { title: 'CPU of the server for one refusal', base: [floor, 'floor'] },
  strangers: {
    title: 'CPU of the server for one request without a token',
    panels: ['300 B', '3.9 MB'].map((size) => ({
      heading: `a body of ${size}`,
      rows: new RegExp(`, no token, ${size}$`),
    })),
  },
  connections: {
    title: 'CPU of the server for one tools/call, by connections',
    panels: [1, 16, 128].map((count) => ({
      heading: count === 1 ? 'one connection' : `${count} connections`,
      rows: new RegExp(`, ${count} connections$`),
    })),
  },
  guard: { title: 'CPU of each process for one tools/call', base: [floor, 'floor'] },
  sse: {
    title: 'CPU of the server for one tools/call that reports progress three times',
    base: [streamedByXv, 'XV'],
  },
  tax: {
    title: 'CPU of the server for one tools/call, with and without security',
    base: [insecure, 'insecure'],
  },
};

const barHeight = 24;
const gap = 8;
const labelWidth = 420;
const valueWidth = 220;
const width = 1040;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const isOurs = (name: string): boolean => /^(ours|everything on|the guard)\b/.test(name);

interface Bar {
  readonly label: string;
  readonly row: Measurement;
  readonly base?: { readonly cpu: number; readonly label: string };
}

const barOf = ({ label, row, base }: Bar, y: number, scale: number): string => {
  const length = Math.max(2, row.cpu * scale);
  const middle = y + barHeight / 2 + 5;
  const colour = isOurs(row.name) ? '#2563eb' : '#9ca3af';
  const ratio = base ? ` · ${(row.cpu / base.cpu).toFixed(2)} × ${base.label}` : '';
  return [
    `<text x="${labelWidth - 12}" y="${middle}" text-anchor="end">${escaped(label)}</text>`,
    `<rect x="${labelWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="3" fill="${colour}"/>`,
    `<text x="${(labelWidth + length + 8).toFixed(1)}" y="${middle}">${row.cpu.toFixed(0)} µs${ratio}</text>`,
  ].join('\n');
};

/** Bars of one panel from `top` on, and where they end. */
const panelOf = (heading: string, bars: readonly Bar[], top: number) => {
  const scale =
    (width - labelWidth - valueWidth) / Math.max(...bars.map(({ row }) => row.cpu), 1e-9);
  const begin = heading === '' ? top : top + 28;
  const lines = bars.map((bar, index) => barOf(bar, begin + index * (barHeight + gap), scale));
  if (heading !== '')
    lines.unshift(`<text x="12" y="${top + 16}" font-weight="600">${escaped(heading)}</text>`);
  return { lines, end: begin + bars.length * (barHeight + gap) + 8 };
};

const everything: readonly Panel[] = [{ heading: '', rows: /^(?=.)/ }];

/** The rows as an SVG that reads on white and on black. */
export const plotOf = (group: string, rows: readonly Measurement[], note: string): string => {
  const {
    title,
    base: [baseName, baseLabel] = [],
    panels = everything,
  } = plots[group] ?? {
    title: group,
  };
  const cpu = rows.find(({ name }) => name === baseName)?.cpu;
  const base = cpu && baseLabel ? { cpu, label: baseLabel } : undefined;
  let top = 52;
  const lines: string[] = [];
  for (const { heading, rows: pattern } of panels) {
    const bars = rows
      .filter(({ name }) => pattern.test(name))
      .map((row) => ({ row, label: row.name.replace(pattern, ''), base }));
    // Without panels the order says nothing, and the lengths do.
    if (panels === everything) bars.sort((one, other) => one.row.cpu - other.row.cpu);
    const panel = panelOf(heading, bars, top);
    lines.push(...panel.lines);
    top = panel.end;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top + 24}" font-family="system-ui, sans-serif" font-size="14">
<style>text{fill:#111827}@media (prefers-color-scheme:dark){text{fill:#e5e7eb}}</style>
<text x="12" y="28" font-size="18" font-weight="600">${escaped(title)}</text>
${lines.join('\n')}
<text x="12" y="${top + 12}" font-size="11">${escaped(note)}</text>
</svg>
`;
};

export const writePlot = (
  group: string,
  { rows, figures = {}, measuredAt, machine }: GroupResult,
): void => {
  const [cpu, node] = machine.split(/[,;] ?/).filter((part) => !/cores|GB|OpenSSL/.test(part));
  const note = `${measuredAt.slice(0, 10)}; ${node}; ${cpu}`;
  const drawn = rows.length > 0 ? plotOf(group, rows, note) : saturationPlot(figures, note);
  if (drawn !== undefined) writeFileSync(resultFile(plotFile(group)), drawn);
};
