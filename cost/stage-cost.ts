import { allowanceOf, type CostItem, totalOf } from './cost-item.ts';
import { millionCalls } from './million-calls.ts';
import { brokerGb, hasNatGateway, logRetentionMonths, monthlyFloor } from './monthly-floor.ts';

export interface StageCost {
  readonly stage: string;
  readonly floor: readonly CostItem[];
  /** A month without a call, at list prices. */
  readonly floorUsd: number;
  /** What accounts have for nothing, taken off. */
  readonly floorWithAllowancesUsd: number;
  readonly perMillion: readonly CostItem[];
  readonly perMillionUsd: number;
}

/** @param templates of all stacks of the stage */
export const stageCost = (stage: string, templates: readonly unknown[]): StageCost => {
  const floor = monthlyFloor(templates);
  const perMillion = millionCalls({
    hasNatGateway: hasNatGateway(templates),
    logRetentionMonths: logRetentionMonths(templates),
    brokerGb: brokerGb(templates),
  });
  const floorUsd = totalOf(floor);
  return {
    stage,
    floor,
    floorUsd,
    floorWithAllowancesUsd: floorUsd - allowanceOf(floor),
    perMillion,
    perMillionUsd: totalOf(perMillion),
  };
};
