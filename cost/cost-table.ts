import { type CostItem, usdOf } from './cost-item.ts';
import { prices } from './price-table.ts';
import type { StageCost } from './stage-cost.ts';

const amount = (usd: number): string => usd.toFixed(2).padStart(8);

const line = (item: CostItem): string => {
  const { unit, usd } = prices[item.price];
  const quantity = item.quantity.toLocaleString('en-US', { maximumFractionDigits: 2 });
  return `  ${item.label.padEnd(26)}${amount(usdOf(item))}   ${quantity} × ${usd} per ${unit}`;
};

/** One stage for a terminal. */
export const costTable = (cost: StageCost): string =>
  [
    `${cost.stage}, USD a month without a call`,
    ...cost.floor.map(line),
    `  ${'sum'.padEnd(26)}${amount(cost.floorUsd)}   ${amount(cost.floorWithAllowancesUsd).trim()} with the allowances of an account that nothing else uses`,
    '',
    `${cost.stage}, USD for a million calls`,
    ...cost.perMillion.map(line),
    `  ${'sum'.padEnd(26)}${amount(cost.perMillionUsd)}`,
    '',
  ].join('\n');
