import { writeFileSync } from 'node:fs';
import type { Measurement } from './measure.ts';
import { resultFile } from './report.ts';

/** Bars of CPU per call, longest last, as an SVG that reads on white and on black. */

const barHeight = 26;
const gap = 10;
const labelWidth = 400;
const width = 1040;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const bar = (row: Measurement, y: number, scale: number, base: number): string => {
  const length = Math.max(2, row.cpu * scale);
  const middle = y + barHeight / 2 + 5;
  const colour = row.name.startsWith('ours') ? '#2563eb' : '#9ca3af';
  const value = `${row.cpu.toFixed(0)} µs · ${(row.cpu / base).toFixed(2)} × XV`;
  return [
    `<text x="${labelWidth - 12}" y="${middle}" text-anchor="end">${escaped(row.name)}</text>`,
    `<rect x="${labelWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="3" fill="${colour}"/>`,
    `<text x="${(labelWidth + length + 8).toFixed(1)}" y="${middle}">${value}</text>`,
  ].join('\n');
};

export const writePlot = (rows: readonly Measurement[], baseline: string, note: string): void => {
  const base = rows.find(({ name }) => name === baseline)?.cpu;
  if (!base) return;
  const sorted = [...rows].sort((one, other) => one.cpu - other.cpu);
  const scale = (width - labelWidth - 170) / (sorted.at(-1)?.cpu ?? 1);
  const height = 84 + sorted.length * (barHeight + gap);
  const bars = sorted.map((row, index) => bar(row, 52 + index * (barHeight + gap), scale, base));
  writeFileSync(
    resultFile('calls.svg'),
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="14">
<style>text{fill:#111827}@media (prefers-color-scheme:dark){text{fill:#e5e7eb}}</style>
<text x="12" y="28" font-size="18" font-weight="600">CPU of the server for one tools/call</text>
${bars.join('\n')}
<text x="12" y="${height - 10}" font-size="11">${escaped(note)}</text>
</svg>
`,
  );
};
