import type { Measurement } from './measure.ts';
import type { Results } from './report.ts';

/** How a target's value follows from the rows and figures of one run. */

/** Undefined as long as something that it needs has not been measured. */
export type Formula = (results: Results) => number | undefined;

export const rowOf = (results: Results, group: string, name: string): Measurement | undefined =>
  results[group]?.rows.find((row) => row.name === name);

export const quotient = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? undefined : one / other;

/** CPU of one row by that of another in the same group. */
export const cpu =
  (group: string, name: string, base: string): Formula =>
  (results) =>
    quotient(rowOf(results, group, name)?.cpu, rowOf(results, group, base)?.cpu);

/** How much more one row costs than another. */
export const extra =
  (group: string, name: string, base: string): Formula =>
  (results) => {
    const ratio = cpu(group, name, base)(results);
    return ratio === undefined ? undefined : (ratio - 1) * 100;
  };

export const figure =
  (group: string, name: string): Formula =>
  (results) =>
    results[group]?.figures?.[name];

export const figures =
  (group: string, name: string, base: string): Formula =>
  (results) =>
    quotient(figure(group, name)(results), figure(group, base)(results));
