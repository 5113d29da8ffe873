import type { Target } from './target.ts';

/** One promise about a server: data, and one function that finds out whether it is kept. */

/** MCP revisions, oldest first. */
export const revisions = ['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'] as const;
export type Revision = (typeof revisions)[number];

/** `error` fails a verification; `warning` does so with `--strict`; `note` never does. */
export type Severity = 'error' | 'warning' | 'note';

export type Outcome =
  | { readonly kind: 'passed'; readonly seen?: string }
  | { readonly kind: 'failed'; readonly seen: string; readonly expected: string }
  | { readonly kind: 'skipped'; readonly why: string };

export interface Check {
  /** The file's name: stable, for expected-failures files and saved queries. */
  readonly id: string;
  /** The promise, as a sentence. */
  readonly title: string;
  /** RFC or MCP section. */
  readonly requirement: string;
  /** The first revision that it binds. */
  readonly since: Revision;
  /** The last revision that it binds. @default - it still does */
  readonly until?: Revision;
  readonly severity: Severity;
  readonly run: (target: Target) => Promise<Outcome>;
}

export interface CheckGroup {
  readonly id: string;
  readonly title: string;
  readonly checks: readonly Check[];
}

/** Thrown by what a check builds on when there is nothing to build on: the check is skipped. */
export class Unmet extends Error {
  static readonly code = 'ERR_UNMET';
}

export const passed = (seen?: string): Outcome =>
  seen === undefined ? { kind: 'passed' } : { kind: 'passed', seen };

export const failed = (seen: string, expected: string): Outcome => ({
  kind: 'failed',
  seen,
  expected,
});

export const skipped = (why: string): Outcome => ({ kind: 'skipped', why });

/** The commonest verdict: a condition, what was seen, what should have been. */
export const verdict = (isKept: boolean, seen: string, expected: string): Outcome =>
  isKept ? passed(seen) : failed(seen, expected);
