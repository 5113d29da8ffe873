import type { Formula } from './formulas.ts';

/** What is wanted of one figure: a limit, and how it follows from the rows of one run. */
export interface Target {
  readonly name: string;
  /** Without a limit, the value is reported and not judged. */
  readonly atMost?: number;
  readonly atLeast?: number;
  /** Behind the value: `× XV`. */
  readonly unit: string;
  readonly measured: Formula;
}
