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

/** Without a sign, a difference reads like a price. */
const difference = (usd: number): string => `${usd < 0 ? '−' : '+'}${dollars(Math.abs(usd))}`;

const compared = ['load balancer', 'tasks', 'public addresses', 'NAT gateways', 'firewall'];

/** What the sample is known to cost: network, balancer, tasks and firewalls, no watching and no keeping. */
const sampleUsd = 93.25;

const comparable = (production: StageCost): number =>
  [...byLabel(production.floor)]
    .filter(([label]) => compared.some((part) => label.startsWith(part)))
    .reduce((sum, [, usd]) => sum + usd, 0);

const stageNamed = (stages: readonly StageCost[], name: string): StageCost => {
  const stage = stages.find((candidate) => candidate.stage === name);
  if (!stage) throw new Error(`'bin/stages.ts' must have a stage '${name}'`);
  return stage;
};

/** @param choices what each adds to production's month, by the setting */
export const costDocument = (
  stages: readonly StageCost[],
  choices: Readonly<Record<string, number>>,
): string => {
  const production = stageNamed(stages, 'Production');
  const development = stageNamed(stages, 'Development');
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

The reference sample of an MCP server on ECS comes to ${dollars(sampleUsd)} at list prices for its network, load balancer, tasks and firewalls; the same parts of
production here are ${dollars(comparable(production))}, and the rest of its ${dollars(production.floorUsd)} is what the sample goes without: alarms, metrics, a dashboard, secrets.

## What a choice changes

Of production, each by itself, at list prices:

${table(
  ['in `bin/stages.ts`', 'USD a month'],
  Object.entries(choices).map(([name, usd]) => [name, difference(usd)]),
)}

**The cheapest secure configuration** is the development stage: ${dollars(development.floorUsd)}, or ${dollars(development.floorWithAllowancesUsd)} with the allowances. It takes away one task of two (a deployment
or a lost zone is then felt), steady capacity (two minutes' notice), the NAT gateway (no new tasks and no fresh keys while the instance is
replaced; its system is yours to renew), most alarms and the dashboard, and the firewall in front of the login page ($7: it then relies on
Cognito's own limits). Token checks, limits, policy, tenants, the edge's firewall and the security log are those of production: none of
this opens a door. In a network that exists (\`vpc\`) the NAT instance goes too.

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
