import { type CostItem, usdOf } from './cost-item.ts';
import { measuredWork, ordinaryTraffic } from './million-calls.ts';
import { type Price, prices } from './price-table.ts';
import type { StageCost } from './stage-cost.ts';

/** docs/cost.md: computed, so that it cannot say what is no longer so. */

const dollars = (usd: number): string => `$${usd.toFixed(2)}`;

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(heads), row(heads.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(row)].join(
    '\n',
  );

/** Money by label, in the order in which the labels first appear. */
const byLabel = (items: readonly CostItem[]): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>();
  // "2 tasks" in one stage and "1 task" in another are one row.
  for (const item of items) {
    const label = item.label.replace(/^\d+ tasks?$/, 'tasks');
    sums.set(label, (sums.get(label) ?? 0) + usdOf(item));
  }
  return sums;
};

type Pick = (stage: StageCost) => readonly CostItem[];

const comparison = (stages: readonly StageCost[], pick: Pick): readonly (readonly string[])[] => {
  const sums = stages.map((stage) => byLabel(pick(stage)));
  const labels = [...new Set(sums.flatMap((sum) => [...sum.keys()]))];
  return labels.map((label) => [
    label,
    ...sums.map((sum) => {
      const usd = sum.get(label);
      return usd === undefined ? '–' : dollars(usd);
    }),
  ]);
};

const total = (label: string, stages: readonly StageCost[], of: (stage: StageCost) => number) => [
  `**${label}**`,
  ...stages.map((stage) => `**${dollars(of(stage))}**`),
];

const priceRows = (): readonly (readonly string[])[] =>
  Object.values(prices).map((price: Price) => [
    price.unit + (price.note ? ` (${price.note})` : ''),
    `${price.usd}`,
    price.free === undefined ? '–' : `${price.free}`,
    price.asOf,
    `[page](${price.source})`,
  ]);

export const costDocument = (stages: readonly StageCost[]): string => {
  const heads = ['', ...stages.map(({ stage }) => stage)];
  const { answerBytes, requestBytes, slownessOfCores, signIns, refreshes } = ordinaryTraffic;
  const { securityLogBytes, cpuMilliseconds, signIn } = measuredWork;
  return `# What it costs

Computed by \`npm run cost -- --write\` from the templates of the stages in \`bin/stages.ts\` and the prices below; a test fails when this
page is stale, when a resource has no price, and when production would cost $93 a month or more without a call, or development $45. US
dollars, list prices of us-east-1, before tax. These are sums over a price list, not a bill: nothing has been deployed from here.

## A month without a call

${table(heads, [
  ...comparison(stages, ({ floor }) => floor),
  total('sum at list prices', stages, ({ floorUsd }) => floorUsd),
  total(
    'less what every account has for nothing',
    stages,
    ({ floorWithAllowancesUsd }) => floorWithAllowancesUsd,
  ),
])}

The last row is what an account pays in which nothing else uses the allowances (ten alarm metrics, ten custom metrics, three dashboards,
5 GB of log). In use, up to 60 metrics of our own are published: each costs $0.30 in a month in which it is, after the ten.

What to change, and what it takes away: one task instead of two (a deployment or a lost zone is then felt), spare capacity (two minutes'
notice), the NAT instance (no new tasks and no fresh keys while it is replaced; its system is yours to renew). None of them opens a door. The
firewall in front of the login page is about $7: development goes without it, and then relies on Cognito's own limits.

## A million calls more

${table(heads, [
  ...comparison(stages, ({ perMillion }) => perMillion),
  total('sum at list prices', stages, ({ perMillionUsd }) => perMillionUsd),
])}

Measured by \`npm run bench\`, and a test fails when they drift apart: one security event of ${securityLogBytes} bytes and ${cpuMilliseconds} ms of CPU a call beside the
tool's own work (times ${slownessOfCores}, for slower cores and calls after a rest), ${signIn.requests} requests, ${signIn.writes} writes and ${signIn.reads} read for a sign-in. Taken for granted: answers of
${answerBytes} bytes and requests of ${requestBytes}, ${signIns} sign-ins and ${refreshes} refreshes to a million calls. Ten million requests and a terabyte a month through CloudFront are free. Not in it: what your tools do,
active users beyond 10,000 ($0.015 each), tokens for machines ($2.25 a thousand), images in the registry (cents).

## Prices

${table(['what', 'USD', 'free a month', 'as of', 'published'], priceRows())}
`;
};
