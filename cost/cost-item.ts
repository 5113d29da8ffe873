import { type Price, type PriceName, prices } from './price-table.ts';

/** So much of something that has a price. */
export interface CostItem {
  /** What the money is for. */
  readonly label: string;
  readonly price: PriceName;
  /** In units of the price, a month or a million calls. */
  readonly quantity: number;
}

export const usdOf = ({ price, quantity }: CostItem): number => prices[price].usd * quantity;

/** Items for the same thing at the same price, added up. */
export const summed = (items: readonly CostItem[]): readonly CostItem[] => {
  const sums = new Map<string, CostItem>();
  for (const item of items) {
    const key = `${item.label}\n${item.price}`;
    const quantity = (sums.get(key)?.quantity ?? 0) + item.quantity;
    sums.set(key, { ...item, quantity });
  }
  return [...sums.values()].filter(({ quantity }) => quantity > 0);
};

export const totalOf = (items: readonly CostItem[]): number =>
  items.reduce((sum, item) => sum + usdOf(item), 0);

const freeOf = (price: PriceName): number => {
  const row: Price = prices[price];
  return row.free ?? 0;
};

/** What every account has for nothing, if nothing else in the account uses it. */
export const allowanceOf = (items: readonly CostItem[]): number => {
  const used = new Map<PriceName, number>();
  for (const { price, quantity } of items) used.set(price, (used.get(price) ?? 0) + quantity);
  return [...used].reduce(
    (sum, [price, quantity]) => sum + Math.min(quantity, freeOf(price)) * prices[price].usd,
    0,
  );
};
