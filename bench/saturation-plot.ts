import { quarterOfVcpu } from './limited-task.ts';
import { curvesOf, type Point, scaledAt } from './quarter.ts';

/** How a quarter of a vCPU behaves the more it is offered, as an SVG that reads on white and on black. */

interface Axis {
  readonly title: string;
  readonly ticks: readonly number[];
  /** Default: linear. */
  readonly isLogarithmic?: boolean;
  readonly unit: string;
}

interface Panel {
  readonly left: number;
  readonly y: Axis;
  readonly value: (point: Point) => number;
  /** Lines across, and what they mean. */
  readonly limits: readonly (readonly [value: number, label: string])[];
}

const width = 1040;
const height = 420;
const panelWidth = 400;
const top = 84;
const bottom = 350;
const rates: Axis = {
  title: 'offered, calls a second',
  ticks: [100, 300, 1000, 3000],
  isLogarithmic: true,
  unit: '',
};
const colours = { ours: '#2563eb', XV: '#9ca3af' } as const;

type Label = keyof typeof colours;

const panels: readonly Panel[] = [
  {
    left: 90,
    y: {
      title: 'p99 from the moment a call came',
      ticks: [1, 10, 100, 1000],
      isLogarithmic: true,
      unit: ' ms',
    },
    value: ({ p99 }) => p99,
    limits: [[1000, 'too much']],
  },
  {
    left: 610,
    y: { title: 'vCPUs in use', ticks: [0, 0.05, 0.1, 0.15, 0.2, 0.25], unit: '' },
    value: ({ used }) => used,
    limits: [
      [quarterOfVcpu * scaledAt, '60 %'],
      [quarterOfVcpu, 'all there is'],
    ],
  },
];

/** Position of a value between two ends, which are those of the ticks with some room. */
const scaleOf = ({ ticks, isLogarithmic = false }: Axis, from: number, to: number) => {
  const position = (value: number) => (isLogarithmic ? Math.log(Math.max(value, 1e-3)) : value);
  const first = position(ticks[0] as number);
  const last = position(ticks.at(-1) as number);
  const room = (last - first) * 0.12;
  const low = isLogarithmic ? first - room : first;
  return (value: number): number =>
    from + ((position(value) - low) / (last + room - low)) * (to - from);
};

const text = (x: number, y: number, content: string, more = ''): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${content}</text>`;

const axesOf = ({ left, y, limits }: Panel): string[] => {
  const xOf = scaleOf(rates, left, left + panelWidth);
  const yOf = scaleOf(y, bottom, top);
  const right = left + panelWidth;
  return [
    text(left, top - 14, y.title, 'font-weight="600"'),
    text(left + panelWidth / 2, bottom + 38, rates.title, 'text-anchor="middle"'),
    ...y.ticks.flatMap((tick) => [
      `<line x1="${left}" x2="${right}" y1="${yOf(tick).toFixed(1)}" y2="${yOf(tick).toFixed(1)}" class="grid"/>`,
      text(left - 8, yOf(tick) + 5, `${tick}${y.unit}`, 'text-anchor="end"'),
    ]),
    ...rates.ticks.map((tick) =>
      text(xOf(tick), bottom + 18, String(tick), 'text-anchor="middle"'),
    ),
    ...limits.flatMap(([limit, label]) => [
      `<line x1="${left}" x2="${right}" y1="${yOf(limit).toFixed(1)}" y2="${yOf(limit).toFixed(1)}" class="limit"/>`,
      text(left + 4, yOf(limit) - 6, label, 'font-size="12"'),
    ]),
  ];
};

const lineOf = ({ left, y, value }: Panel, points: readonly Point[], label: Label): string[] => {
  const xOf = scaleOf(rates, left, left + panelWidth);
  const yOf = scaleOf(y, bottom, top);
  const at = points.map((point) => [xOf(point.rate).toFixed(1), yOf(value(point)).toFixed(1)]);
  const colour = colours[label];
  return [
    `<polyline points="${at.map((pair) => pair.join(',')).join(' ')}" fill="none" stroke="${colour}" stroke-width="2.5"/>`,
    ...at.map(([x, cy]) => `<circle cx="${x}" cy="${cy}" r="4" fill="${colour}"/>`),
  ];
};

const legend = (Object.keys(colours) as Label[]).flatMap((label, index) => {
  const x = width - 400 + index * 80;
  const name = label === 'XV' ? 'XV: SDK v2 + Express + aws-jwt-verify' : label;
  return [
    `<circle cx="${x}" cy="24" r="5" fill="${colours[label]}"/>`,
    text(x + 12, 29, name, 'font-size="13"'),
  ];
});

/** Undefined as long as nothing has been measured. */
export const saturationPlot = (
  figures: Readonly<Record<string, number>>,
  note: string,
): string | undefined => {
  const curves = (Object.keys(colours) as Label[]).map(
    (label) => [label, curvesOf(figures, label)] as const,
  );
  if (curves.some(([, points]) => points.length === 0)) return undefined;
  const lines = panels.flatMap((panel) => [
    ...axesOf(panel),
    ...curves.flatMap(([label, points]) => lineOf(panel, points, label)),
  ]);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="14">
<style>text{fill:#111827}.grid{stroke:#d1d5db;stroke-width:1}.limit{stroke:#dc2626;stroke-width:1.5;stroke-dasharray:6 4}@media (prefers-color-scheme:dark){text{fill:#e5e7eb}.grid{stroke:#4b5563}.limit{stroke:#f87171}}</style>
<text x="12" y="29" font-size="18" font-weight="600">A quarter of a vCPU, offered more and more</text>
${[...legend, ...lines].join('\n')}
<text x="12" y="${height - 10}" font-size="11">${note}</text>
</svg>
`;
};
